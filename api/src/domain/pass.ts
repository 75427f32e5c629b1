import { isUnsure, type Verdict } from './decide.ts'
import type { Facts, PassFacts, ReadFacts } from './facts.ts'

/** A plate read again at the same gate within this time, with no passage since, is the same vehicle still standing there. */
const samePlateMs = 3 * 60_000

/** Whether the read belongs to the newest pass at the gate rather than starting a new one. */
export function belongsToPass(facts: Facts, read: ReadFacts, now: Date): boolean {
  const { pass } = facts
  if (pass === null) return false
  if (pass.trackId !== null && pass.trackId === read.trackId) return true
  if (pass.passageAt !== null) return false
  if (pass.plateId === read.plateId) return !hasMovedOn(facts, pass) && elapsed(pass.decidedAt, now) <= samePlateMs
  // Two tracks are two vehicles to the camera, and it has seen them both.
  const oneTrack = pass.trackId === null || read.trackId === null
  return (
    oneTrack && pass.alike && !facts.ownCar && elapsed(pass.firstReadAt, now) <= facts.site.passWindowSeconds * 1000
  )
}

// Seen elsewhere since: the vehicle left and came back, or came in and is leaving again.
function hasMovedOn({ gate, session }: Facts, pass: PassFacts): boolean {
  return gate.direction === 'entry'
    ? pass.sessionId !== null && session?.id !== pass.sessionId
    : session !== null && session.id !== pass.sessionId
}

function elapsed(since: Date, now: Date): number {
  return now.getTime() - since.getTime()
}

/** What a read is to the passes at its gate. */
export type Place =
  /** A vehicle that was not here before: decide. */
  | { kind: 'new' }
  /** A further read that changes the answer of its pass: to ALLOW, or from a wait for a better read. */
  | { kind: 'upgrade' }
  /** A further read that changes nothing: it gets the answer that its pass has. */
  | { kind: 'suppressed' }
  /** A surer read of an admitted vehicle with another plate: the stay gets it, and keeps the old one beside it. */
  | { kind: 'correction'; sessionId: string }
  /** The camera says that a vehicle has gone which we have no pass of. */
  | { kind: 'stray' }

/** Every plate is decided before this says whether that decision counts: an ALLOW is never issued twice in a pass. */
export function placeInPass(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): Place {
  const { pass, gate } = facts
  if (verdict.mode === 'history') return { kind: 'new' }
  if (!belongsToPass(facts, read, now)) return read.closesTrack ? { kind: 'stray' } : { kind: 'new' }
  if (pass!.outcome === 'ALLOW') {
    const correctable = gate.direction === 'entry' && pass!.sessionId !== null && pass!.sessionOpen
    return correctable && isSurer(read, pass!)
      ? { kind: 'correction', sessionId: pass!.sessionId! }
      : { kind: 'suppressed' }
  }
  if (verdict.outcome === 'ALLOW') return { kind: 'upgrade' }
  return pass!.pending && !isUnsure(facts, read) ? { kind: 'upgrade' } : { kind: 'suppressed' }
}

function isSurer(read: ReadFacts, pass: PassFacts): boolean {
  return (
    read.plateId !== pass.plateId &&
    pass.confidence !== null &&
    read.confidence !== null &&
    read.confidence > pass.confidence
  )
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
