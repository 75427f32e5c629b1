import type { Pool } from '@turnpike/local/local-database.ts'
import { busyShare } from './busy.ts'
import type { Decided, Driven } from './cars.ts'
import type { Lane } from './lanes.ts'
import { type MirrorWrites, untilMirrored, type WritesByKind } from './mirror-writes.ts'
import type { Screen } from './screen.ts'
import { timeToVisible, type Visible } from './visible.ts'

export type AtRate = {
  lanes: number
  /** How many cars a second were asked for, and how many came. */
  wantedPerSecond: number
  perSecond: number
  decisions: number
  byPolicy: number
  failed: number
  visible: Visible
  writesPerDecision: number
  /** Of that, by kind of document. */
  writesByKind: WritesByKind
  /** Writes a second that only show that the relay lives, and are no decision's. */
  aliveOnlyPerSecond: number
  /** Share of the machine's processors that was busy, with everything that runs on it. */
  busy: number
}

export type Bench = {
  pool: Pool
  pushes: boolean
  drive: (lanes: Lane[], perSecond: number, seconds: number) => Promise<Driven>
  takeWrites: () => Promise<MirrorWrites>
}

/** Cars at one rate, and when a screen that is open shows them. */
export async function measureAtRate(
  { pool, pushes, drive, takeWrites }: Bench,
  screen: Screen,
  lanes: Lane[],
  { perSecond, seconds, warmUpSeconds }: { perSecond: number; seconds: number; warmUpSeconds: number },
): Promise<AtRate> {
  await drive(lanes, perSecond, warmUpSeconds)
  await untilMirrored(pool, pushes)
  await screen.takeSightings()
  await takeWrites()
  const began = performance.now()
  const busy = busyShare()
  const driven = await drive(lanes, perSecond, seconds)
  const share = busy()
  await untilMirrored(pool, pushes)
  const { news, aliveOnly } = await takeWrites()
  const watchedSeconds = (performance.now() - began) / 1000
  const sightings = await sightingsOf(screen, driven.decided)
  const count = driven.decided.length
  return {
    lanes: lanes.length,
    wantedPerSecond: perSecond,
    perSecond: driven.perSecond,
    decisions: count,
    byPolicy: byPolicyOf(driven.decided),
    failed: driven.failed,
    visible: timeToVisible(driven.decided, sightings, await decisionTimes(pool, driven.decided)),
    writesPerDecision: Object.values(news).reduce((sum, each) => sum + each, 0) / count,
    writesByKind: Object.fromEntries(Object.entries(news).map(([kind, each]) => [kind, each / count])),
    aliveOnlyPerSecond: aliveOnly / watchedSeconds,
    busy: share,
  }
}

export const byPolicyOf = (decided: Decided[]) => decided.filter(({ mode }) => mode !== 'normal').length

/** The screen gets a moment to show the last of them. */
async function sightingsOf(screen: Screen, decided: Decided[]) {
  const lastOf = new Map(decided.map(({ gateId, decisionId }) => [gateId, decisionId]))
  const sightings = []
  const giveUp = Date.now() + 10_000
  while (lastOf.size > 0 && Date.now() < giveUp) {
    await screen.page.waitForTimeout(50)
    for (const sighting of await screen.takeSightings()) {
      sightings.push(sighting)
      if (sighting.decisionId >= (lastOf.get(sighting.gateId) ?? '~')) lastOf.delete(sighting.gateId)
    }
  }
  return sightings
}

export async function decisionTimes(pool: Pool, decided: Decided[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; at: Date }>(
    'select id, created_at as at from decisions where id = any($1::uuid[])',
    [decided.map(({ decisionId }) => decisionId)],
  )
  return new Map(rows.map(({ id, at }) => [id, at.getTime()]))
}
