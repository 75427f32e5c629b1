import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiSource } from '../src/live/api-source.ts'
import { withFallback } from '../src/live/fallback-source.ts'
import type { LinkState, LiveChange } from '../src/live/live-source.ts'
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
  await Promise.all([primary.stop(), secondary.stop()])
})

const documents = (v: number) => ({ [`sites/${siteA}`]: site({ v }), [`sites/${siteB}`]: site({ v }) })
const sourceOf = ({ url }: LiveServer) =>
  apiSource({ apiUrl: url, idToken: async () => 'token', backoff: { minMs: 5, maxMs: 10 } })

function followBoth(graceMs = 60) {
  const source = withFallback(sourceOf(primary), sourceOf(secondary), { graceMs, settleMs: 60 })
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
  return { changes, kinds, versions: () => changes.map(({ data }) => data?.v) }
}

const bothLive = ['live', 'live']

test('while the primary is live the secondary is left alone', async () => {
  primary.willAnswer(stream(documents(1)))
  secondary.willAnswer(stream(documents(2)))
  // Long enough to connect on a busy machine, or the secondary would be asked rightly.
  const graceMs = 1000
  const followed = followBoth(graceMs)
  await expect.poll(followed.kinds).toEqual(bothLive)
  await new Promise((resolve) => setTimeout(resolve, graceMs + 200))
  expect(secondary.requests).toHaveLength(0)
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

test('a hiccup shorter than the grace time switches nothing', async () => {
  primary.willAnswer(stream(documents(1)))
  secondary.willAnswer(stream(documents(2)))
  const followed = followBoth(1500)
  await expect.poll(followed.kinds).toEqual(bothLive)
  primary.breakAll()
  await expect.poll(() => primary.requests.length).toBe(2)
  await expect.poll(followed.kinds).toEqual(bothLive)
  await new Promise((resolve) => setTimeout(resolve, 1600))
  expect(secondary.requests).toHaveLength(0)
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
