import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiSource } from '../src/live/api-source.ts'
import type { LinkState } from '../src/live/live-source.ts'
import { noticeSilence } from '../src/live/silence-source.ts'
import { gate, gateA, site, siteA } from './documents.ts'
import { documentEvent, LiveServer, stream } from './live-server.ts'

const silenceMs = 150
const gatePath = `sites/${siteA}/gates/${gateA}`

let server: LiveServer
let ends: (() => void)[]
beforeEach(async () => {
  server = await new LiveServer().start()
  server.willAnswer(stream({ [`sites/${siteA}`]: site(), [gatePath]: gate() }))
  ends = []
})
afterEach(async () => {
  for (const end of ends) end()
  await server.stop()
})

function follow(...targets: string[]) {
  const source = noticeSilence(apiSource({ apiUrl: server.url, idToken: async () => 'token' }), silenceMs)
  const states = new Map<string, LinkState>()
  for (const target of targets)
    ends.push(
      source.subscribe(
        target,
        () => {},
        (state) => states.set(target, state),
      ),
    )
  return () => targets.map((target) => states.get(target)?.kind)
}

test('a connection on which no site is written any more is not called live, for whatever follows it, and is again once one is', async () => {
  const kinds = follow(`sites/${siteA}`, `sites/${siteA}/gates`)
  await expect.poll(kinds).toEqual(['live', 'live'])
  await expect.poll(kinds, { timeout: 5_000 }).toEqual(['unreachable', 'unreachable'])
  server.send(documentEvent(`sites/${siteA}`, site({ v: 2 })))
  await expect.poll(kinds).toEqual(['live', 'live'])
})

test('what nobody writes regularly may be silent for as long as it likes', async () => {
  const kinds = follow(`sites/${siteA}/gates`)
  await expect.poll(kinds).toEqual(['live'])
  await new Promise((resolve) => setTimeout(resolve, 3 * silenceMs))
  expect(kinds()).toEqual(['live'])
})
