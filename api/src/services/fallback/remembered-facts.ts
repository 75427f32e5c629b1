import type { Facts, ReadFacts } from '../../domain/facts.ts'
import type { Lane } from '../../repositories/remembered.ts'
import type { Deps } from '../deps.ts'
import type { RememberedPass } from './pass-memory.ts'
import type { ReadInHand } from './read-in-hand.ts'

/**
 * The facts of a read as far as a process knows them without Postgres. Who is inside, what is owed and which places are free is
 * not among them: the rules of the fallback do not look at it.
 */
export function rememberedFacts(
  { lanes, passes }: Pick<Deps, 'lanes' | 'passes'>,
  { camera, gate, site }: Lane,
  { plate, input }: ReadInHand,
  now: Date,
): Facts {
  const subscription = lanes.subscription(site.id, plate.plate, now)
  const blacklisted = gate.direction === 'entry' && lanes.isBlacklisted(site.id, plate.plate, now)
  const track = passes.ofTrack(camera.id, input.trackId, now)
  const letThrough = passes.letThrough(gate.id, plate.plate, now)
  const holdIsOver = gate.holdUntil !== null && gate.holdUntil <= now
  return {
    site: {
      timeZone: site.timeZone,
      currency: site.currency,
      unknownVehiclePolicy: site.unknownVehiclePolicy,
      antiPassbackPolicy: site.antiPassbackPolicy,
      exitWithoutSessionPolicy: site.exitWithoutSessionPolicy,
      maxReadAgeSeconds: site.maxReadAgeSeconds,
      passWindowSeconds: site.passWindowSeconds,
      quoteValidSeconds: site.quoteValidSeconds,
      exitBufferSeconds: site.exitBufferSeconds,
      plausibleAmountMinor: site.plausibleAmountMinor,
      maxStaySeconds: site.maxStaySeconds,
      reviewTimeoutPolicy: site.reviewTimeoutPolicy,
      placeFree: true,
    },
    gate: {
      direction: gate.direction,
      barrierMode: holdIsOver ? 'normal' : gate.barrierMode,
      observedClosed: gate.observedState === 'closed',
      minConfidence: gate.minConfidence,
    },
    clock: camera.clock,
    track: track === undefined ? null : { decisionId: track.decisionId, outcome: track.outcome },
    letThrough: letThrough === undefined ? null : { decisionId: letThrough.decisionId },
    pass: passes.facts(gate.id, camera.id, plate, gate.actuation === 'controller', now),
    ownCar: blacklisted || subscription !== null,
    blacklistedLookAlike: false,
    blacklisted,
    session: null,
    subscription,
    prepaidQuoteId: null,
    tariff: null,
  }
}

/** The read as the rules see it. A plate that the pass before had is the same vehicle's, whatever its id in Postgres is. */
export function rememberedRead(
  { input, plate, receivedAt, ids }: ReadInHand,
  pass: RememberedPass | undefined,
): ReadFacts {
  return {
    plateId: pass?.plate.plate === plate.plate ? pass.plateId : ids.plate,
    trackId: input.trackId,
    confidence: input.confidence,
    closesTrack: input.closesTrack,
    retransmitted: input.retransmitted,
    capturedAt: input.capturedAt,
    receivedAt,
  }
}
