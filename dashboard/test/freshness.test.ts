import { expect, test } from 'vitest'
import { freshness } from '../src/live/freshness.ts'
import { ServerClock } from '../src/live/server-clock.ts'

const live = { link: { kind: 'live', via: 'firestore' }, wasLive: true } as const
const lost = { link: { kind: 'unreachable', since: 10_000, cause: 'away' }, wasLive: true } as const

test('another way than the configured one is named; the configured one is simply live', () => {
  expect(freshness(live, 'firestore', 0, 0, 0).text).toBe('Live')
  expect(freshness({ ...live, link: { kind: 'live', via: 'api' } }, 'api', 0, 0, 0).text).toBe('Live')
  expect(freshness({ ...live, link: { kind: 'live', via: 'api' } }, 'firestore', 0, 0, 0)).toMatchObject({
    kind: 'direct',
    text: 'Direct, Firestore unreachable',
  })
})

test('an outage is passed over for three seconds and then counted in seconds', () => {
  expect(freshness(lost, 'api', 12_999, 0, 0).kind).toBe('live')
  expect(freshness(lost, 'api', 13_000, 0, 0).text).toBe('3 s behind')
  expect(freshness(lost, 'api', 75_500, 0, 0).text).toBe('65 s behind')
})

test('a page that never had data does not claim to be live', () => {
  expect(freshness({ ...lost, wasLive: false }, 'api', 11_000, 0, 0).kind).toBe('connecting')
})

test('changes that arrive late are called so although the link is up', () => {
  expect(freshness(live, 'firestore', 0, 12_400, 0).text).toBe('12 s behind')
})

test('a mirror that nobody writes to is behind, although the link is up, whichever way it goes', () => {
  expect(freshness(live, 'firestore', 0, 0, 24_000).kind).toBe('live')
  expect(freshness(live, 'firestore', 0, 0, 26_500).text).toBe('26 s behind')
  const direct = { link: { kind: 'live', via: 'api' }, wasLive: true } as const
  expect(freshness(direct, 'firestore', 0, 0, 26_500).kind).toBe('behind')
})

const at = (ms: number) => new Date(ms).toISOString()

test('a clock that is minutes off shows true ages, and no lag', () => {
  const clock = new ServerClock()
  clock.observe(at(1_000_000), 1_000_000 + 300_000, true)
  clock.observe(at(1_010_000), 1_010_000 + 300_200, true)
  expect(clock.now(1_020_000 + 300_000)).toBe(1_020_000)
  expect(clock.lagMs(1_010_000 + 300_200)).toBe(200)
})

test('lag is how much later than the quickest change the newest one came, and is forgotten when all is quiet', () => {
  const clock = new ServerClock()
  clock.observe(at(0), 50, true)
  clock.observe(at(1000), 13_050, true)
  expect(clock.lagMs(13_050)).toBe(12_000)
  expect(clock.lagMs(24_000)).toBe(0)
})

test('old documents of the first set say nothing about the clock, unless they come from the future', () => {
  const clock = new ServerClock()
  clock.observe(at(0), 3_600_000, false)
  expect(clock.now(5_000_000)).toBe(5_000_000)
  clock.observe(at(4_000_000), 3_940_000, false)
  expect(clock.now(5_000_000)).toBe(5_060_000)
})
