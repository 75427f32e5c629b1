import type { Verdict } from './decide.ts'
import type { Facts, ReadFacts } from './facts.ts'

/** A plate read again at the same gate within this time, with no passage since, is the same vehicle still standing there. */
const samePlateMs = 3 * 60_000

/** Whether the read belongs to the newest pass at the gate rather than starting a new one. */
export function belongsToPass(facts: Facts, read: ReadFacts, now: Date): boolean {
  const { pass, session } = facts
  if (pass === null) return false
  if (pass.trackId !== null && pass.trackId === read.trackId) return true
  if (pass.plateId !== read.plateId || pass.passageAt !== null) return false
  // Seen elsewhere since: the vehicle left and came back, or came in and is leaving again.
  const stayMovedOn =
    facts.gate.direction === 'entry'
      ? pass.sessionId !== null && session?.id !== pass.sessionId
      : session !== null && session.id !== pass.sessionId
  return !stayMovedOn && now.getTime() - pass.decidedAt.getTime() <= samePlateMs
}

/** What to do with a verdict: a later read may upgrade a pass to ALLOW; an ALLOW is never issued twice. */
export function isSuppressed(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): boolean {
  if (verdict.mode === 'history' || !belongsToPass(facts, read, now)) return false
  return facts.pass!.outcome === 'ALLOW' || verdict.outcome !== 'ALLOW'
}

/**
 * The `open` that goes with a verdict: a fresh one, the one that is already on its way for this pass, or none. A barrier that is
 * held open gets none, as an `open` could make it close again; but one that reports itself closed is not held, whatever was asked.
 */
export function commandFor(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): 'issue' | 'keep' | 'none' {
  const held = facts.gate.barrierMode === 'held_open' && !facts.gate.observedClosed
  if (verdict.outcome !== 'ALLOW' || held) return 'none'
  const earlier = belongsToPass(facts, read, now) ? facts.pass!.command : null
  if (earlier === null || earlier.state === 'spent') return 'issue'
  return earlier.state === 'live' ? 'keep' : 'none'
}

/**
 * The session of the pass before, when it was let out by a payment and only the next vehicle shows that it has gone.
 */
export function leftUnseen(facts: Facts, read: ReadFacts, now: Date): string | null {
  const { pass } = facts
  if (facts.gate.direction !== 'exit' || pass === null || belongsToPass(facts, read, now)) return null
  // It is known to have moved on, or it stands here again.
  if (pass.passageAt !== null || facts.session?.id === pass.sessionId) return null
  const letOut = pass.outcome === 'PAY' && pass.command !== null && pass.command.state !== 'spent'
  return letOut && pass.sessionOpen ? pass.sessionId : null
}

/**
 * Whether a vehicle that was let through still stands there because its `open` failed or was never heard: it gets one more for
 * the same decision. An `open` that was executed is not repeated.
 */
export function needsOpenAgain({ pass, gate }: Facts): boolean {
  return (
    pass?.outcome === 'ALLOW' &&
    pass.passageAt === null &&
    pass.command?.state === 'spent' &&
    gate.barrierMode === 'normal'
  )
}
