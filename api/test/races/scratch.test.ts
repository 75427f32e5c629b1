import { writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { RaceTrack } from './race-track.ts'
import { anySchedule } from './schedule.ts'

const seed = Number(process.env.SEED ?? 1)
const schedules = Number(process.env.SCHEDULES ?? 200)
const tracks: RaceTrack[] = []
beforeAll(async () => {
  for (let n = 0; n < 4; n += 1) tracks.push(await RaceTrack.open())
})
afterAll(async () => {
  for (const track of tracks) await track.close()
})

import { Session } from 'node:inspector/promises'

test('collect', async () => {
  const session = new Session()
  session.connect()
  if (process.env.PROF) {
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
  }
  const cpu = process.cpuUsage()
  const started = performance.now()
  const found: { n: number; i: number; problems: string[]; schedule: unknown }[] = []
  await Promise.all(
    tracks.map(async (track, n) => {
      let i = 0
      await fc.assert(
        fc.asyncProperty(anySchedule, async (schedule) => {
          const problems = await track.run(schedule)
          i += 1
          if (problems.length) found.push({ n, i, problems, schedule })
        }),
        { seed: seed + n, numRuns: schedules / 4 },
      )
    }),
  )
  if (process.env.PROF)
    writeFileSync('/tmp/prof/w.cpuprofile', JSON.stringify((await session.post('Profiler.stop')).profile))
  console.log('CPU', process.cpuUsage(cpu))
  console.log('SECONDS', (performance.now() - started) / 1000)
  const all = new Map<string, number>()
  for (const { seen } of tracks) for (const [k, v] of seen) all.set(k, (all.get(k) ?? 0) + v)
  console.log(JSON.stringify(Object.fromEntries([...all].sort()), null, 1))
  console.log('FOUND', found.length)
  const kinds = new Map<string, number>()
  for (const { problems } of found)
    for (const p of problems) {
      const k = p
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '#')
        .replace(/\d+/g, '9')
        .slice(0, 110)
      kinds.set(k, (kinds.get(k) ?? 0) + 1)
    }
  for (const [k, v] of [...kinds].sort((a, b) => b[1] - a[1])) console.log(v, k)
  writeFileSync('/tmp/races-found.json', JSON.stringify(found, null, 1))
}, 3_000_000)
