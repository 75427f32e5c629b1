import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { ReadAnswer } from '../compose-answer.ts'

/** A camera whose answer was lost sends again within seconds; this is hours of a busy process. */
const mostAnswers = 10_000

/** What this process answered lately, so that a repeat gets the same answer while Postgres, which has them all, is away. */
export type AnswerMemory = {
  note(cameraId: string, eventId: string, answer: ReadAnswer): void
  /** The answer to a repeat, which opens nothing unless `mayOpen` says that its `open` is still unused. */
  repeat(cameraId: string, eventId: string, mayOpen: (answer: TurnpikeAnswer) => boolean): ReadAnswer | undefined
}

export function createAnswerMemory(): AnswerMemory {
  const answers = new Map<string, ReadAnswer>()
  const keyOf = (cameraId: string, eventId: string) => `${cameraId} ${eventId}`
  return {
    note(cameraId, eventId, answer) {
      answers.set(keyOf(cameraId, eventId), answer)
      if (answers.size > mostAnswers) answers.delete(answers.keys().next().value!)
    },
    repeat(cameraId, eventId, mayOpen) {
      const known = answers.get(keyOf(cameraId, eventId))
      if (known === undefined || known.decision === null) return known
      const { decision } = known
      return { decision: { ...decision, duplicate: true, openBarrier: decision.openBarrier && mayOpen(decision) } }
    },
  }
}
