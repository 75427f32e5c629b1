import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RaceTrack } from './race-track.ts'
import { anySchedule } from './schedule.ts'

/*
 * Small car parks in which many things happen at once, drawn from a seed that is printed. `SEED=…` draws them again; with the
 * `SEED_PATH=…` of a failure it runs that one alone. `SCHEDULES=20000` runs more. The order in which things reach Postgres is
 * steered by seeded delays, not dictated: a failure may need a few runs to show again.
 */
const seed = Number(process.env.SEED ?? randomInt(2 ** 30))
const path = process.env.SEED_PATH
const enough = 1_000
const schedules = Number(process.env.SCHEDULES ?? enough)

/** Worlds on different tracks run at the same time, so that neither Postgres nor the process is ever idle. */
const trackCount = path === undefined ? 4 : 1
/** How often a race is run while a failing schedule is made smaller, and how long that may take. */
const attempts = 5
const shrinkingMs = 60_000

/** What that many schedules must have come to, or they do not race: answers, guards that failed, repeats, late writes. */
const mustBeSeen = [
  'already_inside',
  'already_inside_flagged',
  'awaiting_better_read',
  'blacklisted',
  'exit_without_session',
  'held_open',
  'no_session',
  'not_subscribed',
  'paid',
  'payment_due',
  'pool_exhausted',
  'prepaid',
  'prepay_required',
  'read_too_old',
  'review_required',
  'site_full',
  'subscription',
  'transient_entry',
  'repeated',
  'late',
  'guard key',
  'guard pass',
  'guard plate',
  'guard session',
  'guard site_slots',
  'payment applied',
  'payment duplicate',
  'result 200',
  'result 409',
]

const tracks: RaceTrack[] = []
beforeAll(async () => {
  for (let n = 0; n < trackCount; n += 1) tracks.push(await RaceTrack.open())
})
afterAll(async () => {
  for (const track of tracks) await track.close()
})

async function race(track: RaceTrack, trackSeed: number) {
  let failedAt: number | undefined
  const property = fc.asyncProperty(anySchedule, async (schedule) => {
    if (failedAt !== undefined && performance.now() - failedAt > shrinkingMs) return
    for (let attempt = 0; attempt < (failedAt === undefined ? 1 : attempts); attempt += 1) {
      const problems = await track.run(schedule)
      if (problems.length > 0 && failedAt === undefined) {
        console.error(`SEED=${trackSeed}:`, problems)
        failedAt = performance.now()
      }
      expect(problems).toEqual([])
    }
  })
  const numRuns = Math.ceil(schedules / trackCount)
  await fc.assert(property, { seed: trackSeed, numRuns, ...(path !== undefined && { path }) })
}

test(`whatever happens at once in ${schedules} schedules: what is stored obeys every rule, and is what was answered`, async () => {
  console.info(`racing schedules: SEED=${seed}`)
  await Promise.all(tracks.map((track, n) => race(track, seed + n)))
  if (path !== undefined || schedules < enough) return
  const seen = new Set(tracks.flatMap((track) => [...track.seen.keys()]))
  expect(mustBeSeen.filter((what) => !seen.has(what))).toEqual([])
}, 900_000)
