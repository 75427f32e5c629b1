import { decide, isUnsure, type Verdict } from './decide.ts'
import type { Facts, PassFacts, ReadFacts } from './facts.ts'

/** A plate read again at the same gate within this time, with no passage since, is the same vehicle still standing there. */
export const samePlateMs = 3 * 60_000

/** Whether the read belongs to the newest pass at the gate rather than starting a new one. */
export function belongsToPass(facts: Facts, read: ReadFacts, now: Date): boolean {
  const { pass } = facts
  if (pass === null) return false
  if (pass.trackId !== null && pass.trackId === read.trackId) return !hasNewVehicle(pass, now)
  if (pass.passageAt !== null) return false
  if (pass.knowsPlate) return !hasMovedOn(facts, pass) && elapsed(pass.decidedAt, now) <= samePlateMs
  // Two tracks are two vehicles to the camera, and it has seen them both.
  const oneTrack = pass.trackId === null || read.trackId === null
  return (
    oneTrack && pass.alike && !facts.ownCar && elapsed(pass.firstReadAt, now) <= facts.site.passWindowSeconds * 1000
  )
}

// A camera that starts anew counts its tracks from the beginning: the number of a vehicle that has gone comes again.
function hasNewVehicle(pass: PassFacts, now: Date): boolean {
  const gone = pass.passageAt !== null && elapsed(pass.passageAt, now) > samePlateMs
  return gone && pass.outcome === 'ALLOW' && !pass.knowsPlate && !pass.alike
}

// Seen elsewhere since: the vehicle left and came back, or came in and is leaving again.
function hasMovedOn({ gate, session }: Facts, pass: PassFacts): boolean {
  return gate.direction === 'entry'
    ? pass.sessionId !== null && !pass.sessionOpen
    : session !== null && session.id !== pass.sessionId
}

function elapsed(since: Date, now: Date): number {
  return now.getTime() - since.getTime()
}

/** What a read is to the passes at its gate. */
export type Place =
  /** A vehicle that was not here before: decide. */
  | { kind: 'new' }
  /** A further read that changes the answer of its pass: to ALLOW, from a wait for a better read, or as something else holds it up now. */
  | { kind: 'upgrade' }
  /** A further read that changes nothing: it gets the answer that its pass has, and `opensAgain` where that took no effect. */
  | { kind: 'suppressed'; decisionId: string; opensAgain: boolean }
  /** A surer read of an admitted vehicle with another plate. */
  | Correction
  /** The camera says that a vehicle has gone which we have no pass of. */
  | { kind: 'stray' }

/** `takesPlate`: the stay gets the plate, and keeps the old one beside it. `needsReview`: it would not have been admitted alike. */
export type Correction = { kind: 'correction'; sessionId: string; takesPlate: boolean; needsReview: boolean }

/** Every plate is decided before this says whether that decision counts: an ALLOW is never issued twice in a pass. */
export function placeInPass(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): Place {
  const { pass, gate } = facts
  if (verdict.mode === 'history') return { kind: 'new' }
  if (!belongsToPass(facts, read, now)) return outsidePass(facts, read)
  if (pass!.outcome !== 'ALLOW' && verdict.outcome === 'ALLOW') return { kind: 'upgrade' }
  if (pass!.outcome !== 'ALLOW' && pass!.pending && !isUnsure(facts, read)) return { kind: 'upgrade' }
  if (isHeldUpOtherwise(facts, read, verdict, now)) return { kind: 'upgrade' }
  const suppressed = { kind: 'suppressed', decisionId: pass!.decisionId } as const
  if (needsOpenAgain(facts, read, verdict, now)) return { ...suppressed, opensAgain: true }
  const correctable = gate.direction === 'entry' && pass!.outcome === 'ALLOW' && pass!.sessionOpen
  return correctable && isSurer(facts, read, pass!) ? correct(facts, read, pass!) : { ...suppressed, opensAgain: false }
}

/**
 * Whether something else holds up the vehicle now, surely read as before: its lane is free again and it owes, or it has paid and the lane
 * is blocked. What still owes keeps its PAY in a blocked lane, so that a payment opens once the lane is free; and a pass that something
 * opened for keeps that.
 */
function isHeldUpOtherwise(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): boolean {
  const { pass, gate } = facts
  if (read.plateId !== pass!.plateId || read.closesTrack || isUnsure(facts, read) || verdict.mode !== 'normal')
    return false
  if (pass!.command !== null && pass!.command.state !== 'spent') return false
  if (pass!.outcome === 'DENY') return verdict.outcome === 'PAY'
  if (pass!.outcome !== 'PAY' || verdict.outcome !== 'DENY') return false
  const inFreeLane = { ...facts, gate: { ...gate, barrierMode: 'normal' as const } }
  return decide(inFreeLane, read, now).outcome !== 'PAY'
}

// Another vehicle was read since. One track, or one plate where nothing has passed, is one vehicle for all that: what was let through
// is not let through again.
function outsidePass({ track, letThrough }: Facts, read: ReadFacts): Place {
  const before = track?.outcome === 'ALLOW' ? track : letThrough
  if (before !== null) return { kind: 'suppressed', decisionId: before.decisionId, opensAgain: false }
  return read.closesTrack ? { kind: 'stray' } : { kind: 'new' }
}

function isSurer({ session }: Facts, read: ReadFacts, pass: PassFacts): boolean {
  // The stay has this plate already: the vehicle was taken for it.
  if (session?.id === pass.sessionId && session?.plateId === read.plateId) return false
  return (
    read.plateId !== pass.plateId &&
    pass.confidence !== null &&
    read.confidence !== null &&
    read.confidence > pass.confidence
  )
}

/**
 * A plate that was admitted for what it is not is looked at by somebody: the better one is blacklisted, or has another subscription
 * or none. A stay that is covered keeps its plate, and so does one whose better plate is inside already.
 */
function correct({ session, subscription, blacklisted }: Facts, read: ReadFacts, pass: PassFacts): Correction {
  const collides = session?.plateId === read.plateId
  const coveredBy = subscription?.match === 'exact' ? subscription.id : null
  const sameCover = coveredBy === pass.subscriptionId
  return {
    kind: 'correction',
    sessionId: pass.sessionId!,
    takesPlate: !collides && (sameCover || pass.subscriptionId === null),
    needsReview: collides || !sameCover || blacklisted,
  }
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
 * the same decision, unless it has gone, is not surely read, or turns out to be blacklisted. An `open` that was executed is not
 * repeated, and none after minutes: what stands there then is anybody.
 */
function needsOpenAgain(facts: Facts, read: ReadFacts, verdict: Verdict, now: Date): boolean {
  const { pass, gate } = facts
  return (
    pass?.outcome === 'ALLOW' &&
    pass.passageAt === null &&
    pass.command?.state === 'spent' &&
    gate.barrierMode === 'normal' &&
    !read.closesTrack &&
    !isUnsure(facts, read) &&
    verdict.reason !== 'blacklisted' &&
    elapsed(pass.decidedAt, now) <= samePlateMs
  )
}
