import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import { toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import type { CameraRow } from '../repositories/cameras.ts'
import { atMost, TookTooLong } from './at-most.ts'
import type { ReadAnswer } from './compose-answer.ts'
import type { Deps } from './deps.ts'
import { decideFromMemory } from './fallback/decide-from-memory.ts'
import type { DatabaseFailure, ReadInHand } from './fallback/read-in-hand.ts'
import { recordRead, TooLate } from './record-read.ts'

/** What the fallback needs of the deadline: to decide from memory and to flush the record to the disk. */
const fallbackTakesMs = 50
/** What Postgres wrote at the last moment needs to be heard of: else the policy would answer for what is decided. */
const answerTakesMs = 20

/**
 * Decisions that Postgres works at. More would only share the processors: each would take longer, and be in the way of what answers it;
 * and after each vacuum, every connection that is used plans its statements anew.
 */
export const mostAtWork = 3

/** What a decision still waits for after so long is a disk or another one's lock, which the next decision does not make longer: it begins. */
export const decidesWithinMs = 40

/**
 * For their turn. One more would wait for longer than its car does, and be followed by others: where all are answered too late,
 * nobody is answered in time any more. Not fewer: to wait costs Postgres nothing, to bring in later what the policy answered does.
 */
const mostWaiting = 160

/** Of records of the journal, while a car stands there: the policy answers at once, and bringing them in gets all that Postgres can do. */
const mostToBringIn = 200

/**
 * Answers a read within the deadline: from Postgres, or by the gate's policy when Postgres is away or too slow. What this gate, or
 * any with this vehicle, decided by itself is brought in first: Postgres decides on no older state of them than the barrier saw.
 */
export async function answerRead(
  deps: Deps,
  camera: CameraRow,
  lookAgain: () => Promise<CameraRow>,
  input: CameraRead,
  requestId: string,
): Promise<ReadAnswer> {
  const began = performance.now()
  const receivedAt = deps.now()
  const plate = toPlate(input.plateRaw)
  if (plate === undefined)
    throw new Refusal('invalid_request', 'The plate has no letter and no digit. Send what is written on it.')
  const ids = { read: deps.newId(), plate: deps.newId(), rawPlate: deps.newId(), command: deps.newId() }
  const hand: ReadInHand = { input, plate, receivedAt, began, requestId, ids }
  const lane = deps.lanes.lane(camera.id)

  const withinMs = deps.decisionDeadlineMs - fallbackTakesMs
  const decided = await inTime(withinMs, async (answered) => {
    if (deps.deciding.waiting() + deps.gateDatabase.pool.waitingCount > mostWaiting) throw new TooLate()
    if (lane !== undefined) {
      const next = { siteId: lane.site.id, gateId: lane.gate.id, plate }
      if (deps.waitsBefore(next)) {
        if (deps.journal.size() > mostToBringIn) throw new TooLate()
        await deps.bringIn(next)
      }
    }
    return deps.deciding.run(() => recordRead(deps, camera, lookAgain, hand, withinMs - answerTakesMs, answered))
  })
  if (!('failure' in decided)) {
    deps.answers.note(camera.id, input.eventId, decided)
    return decided
  }
  const repeated = deps.answers.repeat(camera.id, input.eventId, ({ decisionId }) =>
    deps.passes.mayOpen(camera.gateId, decisionId, deps.now()),
  )
  if (repeated !== undefined) return repeated
  if (lane === undefined)
    throw new Refusal(
      'unavailable',
      'The database cannot be reached, and this gate was never seen. Send the event again.',
      {
        cause: decided.cause,
      },
    )
  deps.noteFailure(decided.failure, decided.cause)
  const answer = await decideFromMemory(deps, lane, decided.failure, hand)
  deps.answers.note(camera.id, input.eventId, answer)
  return answer
}

type Failed = { failure: DatabaseFailure; cause: unknown }

/**
 * What `work` resolves with, or why it did not in time, which its signal tells it. A refusal is an answer; whatever else goes
 * wrong is Postgres'.
 */
async function inTime(
  withinMs: number,
  work: (answered: AbortSignal) => Promise<ReadAnswer>,
): Promise<ReadAnswer | Failed> {
  const waiting = new AbortController()
  try {
    return await atMost(withinMs, work(waiting.signal))
  } catch (cause) {
    waiting.abort(cause)
    if (cause instanceof Refusal) throw cause
    // What was written all the same, or was not, is found when the record is brought in.
    return { failure: cause instanceof TooLate || cause instanceof TookTooLong ? 'slow' : 'db_down', cause }
  }
}
