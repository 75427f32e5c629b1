import { type Latency, latencyOf } from '../driver/latency.ts'
import type { Decided } from './cars.ts'
import type { Sighting } from './screen.ts'

export type Visible = { ms: Latency; seen: number; unseen: number }

/**
 * How long each decision took to the screen. One that was overtaken at its gate before it was drawn is seen when the newer one is:
 * from then on the card is not behind it any more. Ids of decisions grow with time.
 * @param decidedAt when Postgres has each decision made, in ms: a few before its commit
 */
export function timeToVisible(decided: Decided[], sightings: Sighting[], decidedAt: Map<string, number>): Visible {
  const milliseconds: number[] = []
  const byGate = Map.groupBy(sightings, ({ gateId }) => gateId)
  for (const { gateId, decisionId } of decided) {
    const seen = byGate.get(gateId)?.find((sighting) => sighting.decisionId >= decisionId)
    const from = decidedAt.get(decisionId)
    if (seen !== undefined && from !== undefined) milliseconds.push(seen.at - from)
  }
  return { ms: latencyOf(milliseconds), seen: milliseconds.length, unseen: decided.length - milliseconds.length }
}
