import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiSource } from '../src/live/api-source.ts'
import { LiveFeed } from '../src/live/live-feed.ts'
import { gate, gateA, operator, site, siteA, siteB, uid } from './documents.ts'
import { documentEvent, LiveServer, refusal, stream } from './live-server.ts'

let server: LiveServer
let feed: LiveFeed
beforeEach(async () => {
  server = await new LiveServer().start()
  const source = apiSource({ apiUrl: server.url, idToken: async () => 'token', backoff: { minMs: 5, maxMs: 10 } })
  feed = new LiveFeed(source, uid)
})
afterEach(async () => {
  feed.stop()
  await server.stop()
})

const gatePath = `sites/${siteA}/gates/${gateA}`
const everything = {
  [`operators/${uid}`]: operator(),
  [`sites/${siteA}`]: site({ name: 'Harbour' }),
  [`sites/${siteB}`]: site({ name: 'Market' }),
  [gatePath]: gate(),
}

async function startWith(documents: Record<string, unknown>) {
  server.willAnswer(stream(documents))
  feed.start()
  await expect.poll(() => feed.state().link.kind).toBe('live')
}

test("follows the sites that the operator's document lists, and their gates", async () => {
  await startWith({ ...everything, [`operators/${uid}`]: operator({ sites: [siteA] }) })
  expect(feed.state().access).toMatchObject({ kind: 'granted', sites: [siteA] })
  expect(feed.documents.get(gatePath)).toBeDefined()
  expect(feed.documents.get(`sites/${siteB}`)).toBeUndefined()
})

test('knows how long ago the newest of its sites was written, and that of none of the others', async () => {
  const start = Date.parse('2026-03-10T09:00:00.000Z')
  await startWith(everything)
  expect(feed.mirrorAgeMs(start + 30_000)).toBe(30_000)
  server.send(documentEvent(gatePath, gate({ v: 2, updatedAt: '2026-03-10T09:00:29.000Z' })))
  server.send(documentEvent(`sites/${siteB}`, site({ v: 2, updatedAt: '2026-03-10T09:00:20.000Z' })))
  await expect.poll(() => feed.documents.get(`sites/${siteB}`)?.v).toBe(2)
  const late = Date.now()
  // By the server's clock, which this machine's is ahead of.
  const seen = feed.clock.now(late)
  expect(feed.mirrorAgeMs(late)).toBe(seen - (start + 20_000))
})

test('a site that is taken away is closed, dropped and named; the others stay', async () => {
  await startWith(everything)
  server.send(documentEvent(`operators/${uid}`, operator({ v: 2, sites: [siteB] })))
  await expect.poll(() => feed.state().lostSites).toEqual(['Harbour'])
  expect(feed.documents.get(`sites/${siteA}`)).toBeUndefined()
  expect(feed.documents.get(gatePath)).toBeUndefined()
  expect(feed.documents.get(`sites/${siteB}`)).toBeDefined()

  server.send(documentEvent(gatePath, gate({ v: 50 })))
  server.send(documentEvent(`sites/${siteB}`, site({ v: 50 })))
  await expect.poll(() => feed.documents.get(`sites/${siteB}`)?.v).toBe(50)
  expect(feed.documents.get(gatePath)).toBeUndefined()
})

test('a site that is given back is shown again, even in the version it had', async () => {
  await startWith(everything)
  server.send(documentEvent(`operators/${uid}`, operator({ v: 2, sites: [siteB] })))
  await expect.poll(() => feed.documents.get(gatePath)).toBeUndefined()
  server.send(documentEvent(`operators/${uid}`, operator({ v: 3 })))
  await expect.poll(() => feed.documents.get(gatePath)?.v).toBe(1)
})

test('a disabled operator loses everything at once and is told so', async () => {
  await startWith(everything)
  server.send(documentEvent(`operators/${uid}`, operator({ v: 2, disabled: true })))
  await expect.poll(() => feed.state().access.kind).toBe('disabled')
  expect([feed.documents.get(`sites/${siteA}`), feed.documents.get(gatePath)]).toEqual([undefined, undefined])
})

test('an operator whose document disappears loses everything', async () => {
  await startWith(everything)
  server.willAnswer(stream({}))
  server.breakAll()
  await expect.poll(() => feed.state().access).toEqual({ kind: 'missing', hadAccess: true })
  expect(feed.documents.get(`sites/${siteA}`)).toBeUndefined()
})

test('when the API refuses, what was shown is dropped; when it accepts again, it is back', async () => {
  await startWith(everything)
  server.willAnswer(refusal(403, 'Ask an administrator.'))
  server.breakAll()
  await expect.poll(() => feed.state().access).toEqual({ kind: 'refused', cause: 'Ask an administrator.' })
  expect(feed.documents.get(gatePath)).toBeUndefined()

  server.willAnswer(stream(everything))
  await expect.poll(() => feed.state().access.kind).toBe('granted')
  await expect.poll(() => feed.documents.get(gatePath)?.v).toBe(1)
})

test('documents that are not as agreed are counted until good ones replace them', async () => {
  await startWith({ ...everything, [gatePath]: { v: 1 } })
  expect(feed.state().invalid).toBe(1)
  server.send(documentEvent(gatePath, gate({ v: 2 })))
  await expect.poll(() => feed.state().invalid).toBe(0)
})

test('an outage counts from the last sign of life, however often it is tried again', async () => {
  await startWith(everything)
  const lostAt = Date.now()
  server.willAnswer(refusal(503, 'away'))
  server.breakAll()
  await expect.poll(() => server.requests.length).toBeGreaterThan(4)
  const { link } = feed.state()
  expect(link.kind === 'unreachable' && link.since).toBeLessThanOrEqual(lostAt)
})
