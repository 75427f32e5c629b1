import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { apiSource } from '../src/live/api-source.ts'
import { withFallback } from '../src/live/fallback-source.ts'
import type { LinkState, LiveChange, LiveSource } from '../src/live/live-source.ts'
import { site, siteA, siteB } from './documents.ts'
import { LiveServer, refusal, stream } from './live-server.ts'

let primary: LiveServer
let secondary: LiveServer
let ends: (() => void)[]
beforeEach(async () => {
  primary = await new LiveServer().start()
  secondary = await new LiveServer().start()
  ends = []
})
afterEach(async () => {
  for (const end of ends) end()
  vi.useRealTimers()
  await Promise.all([primary.stop(), secondary.stop()])
})

const documents = (v: number) => ({ [`sites/${siteA}`]: site({ v }), [`sites/${siteB}`]: site({ v }) })
const sourceOf = ({ url }: LiveServer) =>
  apiSource({ apiUrl: url, idToken: async () => 'token', backoff: { minMs: 5, maxMs: 10 } })

function followBoth(graceMs = 60) {
  const asked: string[] = []
  const standIn = sourceOf(secondary)
  const noted: LiveSource = {
    subscribe: (target, ...callbacks) => {
      asked.push(target)
      return standIn.subscribe(target, ...callbacks)
    },
  }
  const source = withFallback(sourceOf(primary), noted, { graceMs, settleMs: 60 })
  const changes: LiveChange[] = []
  const states = new Map<string, LinkState[]>()
  for (const id of [siteA, siteB]) {
    const target = `sites/${id}`
    states.set(target, [])
    ends.push(
      source.subscribe(
        target,
        (change) => changes.push(change),
        (state) => states.get(target)?.push(state),
      ),
    )
  }
  const kinds = () => [...states.values()].map((list) => list.at(-1)?.kind)
  return { changes, kinds, asked, versions: () => changes.map(({ data }) => data?.v) }
}

const bothLive = ['live', 'live']

/** From now on no time passes for what waits, unless a test says so: networks and machines may be as slow as they like. */
const stopTimers = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })

const grace = 1500

test('while the primary is live the secondary is left alone', async () => {
  stopTimers()
  primary.willAnswer(stream(documents(1)))
  const followed = followBoth(grace)
  await expect.poll(followed.kinds).toEqual(bothLive)
  vi.advanceTimersByTime(2 * grace)
  expect(followed.asked).toEqual([])
})

test('a primary that never answers is stood in for after the grace time, for every subscription', async () => {
  primary.willAnswer(() => {})
  secondary.willAnswer(stream(documents(2)))
  const followed = followBoth()
  await expect.poll(followed.kinds).toEqual(bothLive)
  expect(followed.versions()).toEqual([2, 2])
})

test('a primary that breaks is stood in for, and used again once it is back; then the secondary is left', async () => {
  primary.willAnswer(stream(documents(1)))
  secondary.willAnswer(stream(documents(2)))
  const followed = followBoth()
  await expect.poll(followed.kinds).toEqual(bothLive)

  primary.willAnswer(refusal(503, 'away'))
  primary.breakAll()
  await expect.poll(() => followed.versions()).toContain(2)
  await expect.poll(followed.kinds).toEqual(bothLive)

  primary.willAnswer(stream(documents(3)))
  await expect.poll(() => followed.versions()).toContain(3)
  await expect.poll(() => secondary.open.size).toBe(0)
  expect(followed.kinds()).toEqual(bothLive)
})

test('a hiccup shorter than the grace time switches nothing; one as long as it does', async () => {
  stopTimers()
  primary.willAnswer(stream(documents(1)))
  const followed = followBoth(grace)
  await expect.poll(followed.kinds).toEqual(bothLive)
  primary.breakAll()
  await expect.poll(followed.kinds).toEqual(['unreachable', 'unreachable'])
  vi.advanceTimersByTime(grace / 2)
  await expect.poll(followed.kinds).toEqual(bothLive)
  vi.advanceTimersByTime(2 * grace)
  expect(followed.asked).toEqual([])

  primary.willAnswer(() => {})
  primary.breakAll()
  await expect.poll(followed.kinds).toEqual(['unreachable', 'unreachable'])
  vi.advanceTimersByTime(grace)
  expect(followed.asked).toEqual([`sites/${siteA}`, `sites/${siteB}`])
})

test('a refusal by the primary alone is not the last word; a refusal by the secondary is', async () => {
  primary.willAnswer(refusal(403, 'rules'))
  secondary.willAnswer(stream(documents(2)))
  const followed = followBoth()
  await expect.poll(followed.kinds).toEqual(bothLive)
  secondary.willAnswer(refusal(403, 'no operator'))
  secondary.breakAll()
  await expect.poll(followed.kinds).toEqual(['refused', 'refused'])
})

test('with both away the state is unreachable, never live', async () => {
  primary.willAnswer(stream(documents(1)))
  secondary.willAnswer(refusal(503, 'away, too'))
  const followed = followBoth()
  await expect.poll(followed.kinds).toEqual(bothLive)
  primary.willAnswer(refusal(503, 'away'))
  primary.breakAll()
  await expect.poll(() => secondary.requests.length).toBeGreaterThan(2)
  expect(followed.kinds()).toEqual(['unreachable', 'unreachable'])
})
