import { afterEach, beforeEach, expect, test } from 'vitest'
import { apiSource } from '../src/live/api-source.ts'
import type { LinkState, LiveChange } from '../src/live/live-source.ts'
import { gate, site, siteA } from './documents.ts'
import { documentEvent, event, LiveServer, refusal, stream } from './live-server.ts'

let server: LiveServer
let ends: (() => void)[]
beforeEach(async () => {
  server = await new LiveServer().start()
  ends = []
})
afterEach(async () => {
  for (const end of ends) end()
  await server.stop()
})

const sitePath = `sites/${siteA}`
const gates = `${sitePath}/gates`

/** Follows `target` and keeps all that was called back. */
function follow(target: string, source = open()) {
  const changes: LiveChange[] = []
  const states: LinkState[] = []
  const end = source.subscribe(
    target,
    (change) => changes.push(change),
    (state) => states.push(state),
  )
  ends.push(end)
  return { changes, states, end, kind: () => states.at(-1)?.kind }
}

function open(options: { idToken?: (refresh: boolean) => Promise<string>; silenceMs?: number } = {}) {
  const idToken = options.idToken ?? (async () => 'token')
  return apiSource({ apiUrl: server.url, idToken, backoff: { minMs: 5, maxMs: 20 }, ...options })
}

test('delivers what a target covers over one authorised connection, and is live once the full set is there', async () => {
  server.willAnswer(stream({ [sitePath]: site(), [`${gates}/g1`]: gate(), [`${gates}/g1/x/deeper`]: { v: 1 } }))
  const source = open()
  const [ofSite, ofGates] = [follow(sitePath, source), follow(gates, source)]
  await expect.poll(ofGates.kind).toBe('live')
  expect(ofSite.changes.map(({ path }) => path)).toEqual([sitePath])
  expect(ofGates.changes.map(({ path }) => path)).toEqual([`${gates}/g1`])
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer token'])
})

test('whoever subscribes later gets what was already delivered, without another connection', async () => {
  server.willAnswer(stream({ [sitePath]: site() }))
  const source = open()
  const first = follow(sitePath, source)
  await expect.poll(first.kind).toBe('live')
  const second = follow(sitePath, source)
  expect(second.changes).toEqual(first.changes)
  expect(second.kind()).toBe('live')
  expect(server.requests).toHaveLength(1)
})

test('an event that arrives in pieces, cut inside a character, is one document', async () => {
  const bytes = Buffer.from(documentEvent(sitePath, site({ name: 'Größe 駐車場' })))
  server.willAnswer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const cut = bytes.indexOf(Buffer.from('駐')) + 1
    response.write(bytes.subarray(0, cut), () =>
      setTimeout(() => response.write(Buffer.concat([bytes.subarray(cut), Buffer.from(event('synced'))])), 20),
    )
  })
  const followed = follow(sitePath)
  await expect.poll(followed.kind).toBe('live')
  expect(followed.changes[0]?.data?.name).toBe('Größe 駐車場')
})

test('a refused token is renewed once and at once; refused again, the reason is shown', async () => {
  const asked: boolean[] = []
  const idToken = async (refresh: boolean) => {
    asked.push(refresh)
    return refresh ? 'new' : 'old'
  }
  server.willAnswer((response, request) =>
    request.headers.authorization === 'Bearer new'
      ? stream({ [sitePath]: site() })(response, request)
      : refusal(401, 'expired')(response, request),
  )
  const followed = follow(sitePath, open({ idToken }))
  await expect.poll(followed.kind).toBe('live')
  expect(asked).toEqual([false, true])
  expect(followed.states.map(({ kind }) => kind)).not.toContain('refused')

  server.willAnswer(refusal(403, 'This account is no operator here.'))
  server.breakAll()
  await expect.poll(followed.kind).toBe('refused')
  expect(followed.states.at(-1)).toMatchObject({ cause: 'This account is no operator here.' })
})

test('a broken connection is made again, and what the new one no longer sends is gone', async () => {
  server.willAnswer(stream({ [`${gates}/g1`]: gate(), [`${gates}/g2`]: gate() }), stream({ [`${gates}/g2`]: gate() }))
  const followed = follow(gates)
  await expect.poll(followed.kind).toBe('live')
  server.breakAll()
  await expect
    .poll(() => followed.states.map(({ kind }) => kind))
    .toEqual(['connecting', 'live', 'unreachable', 'live'])
  expect(followed.changes.filter(({ data }) => data === null)).toEqual([{ path: `${gates}/g1`, data: null }])
})

test('nothing counts as gone while a new connection is still sending', async () => {
  server.willAnswer(stream({ [sitePath]: site() }), (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(event('ping'))
  })
  const followed = follow(sitePath)
  await expect.poll(followed.kind).toBe('live')
  server.breakAll()
  await expect.poll(() => server.requests.length).toBe(2)
  expect(followed.changes.some(({ data }) => data === null)).toBe(false)
})

test('a connection that falls silent is given up and made again; one that only pings is kept', async () => {
  server.willAnswer(stream({ [sitePath]: site() }))
  const followed = follow(sitePath, open({ silenceMs: 150 }))
  await expect.poll(followed.kind).toBe('live')
  let sent = 0
  const pings = setInterval(() => {
    server.send(event('ping'))
    sent += 1
  }, 30)
  // More than twice the silence that would end the connection.
  await expect.poll(() => sent).toBeGreaterThan(12)
  expect(server.requests).toHaveLength(1)
  clearInterval(pings)
  await expect.poll(() => server.requests.length).toBe(2)
  expect(followed.states.map(({ kind }) => kind)).toContain('unreachable')
})

test('the state says since when nothing was heard, over many failed tries', async () => {
  server.willAnswer(stream({ [sitePath]: site() }), refusal(503, 'starting'))
  const followed = follow(sitePath)
  await expect.poll(followed.kind).toBe('live')
  const lostAt = Date.now()
  server.breakAll()
  await expect.poll(() => server.requests.length).toBeGreaterThan(4)
  const state = followed.states.at(-1)
  expect(state).toMatchObject({ kind: 'unreachable', cause: 'starting' })
  expect((state as { since: number }).since).toBeLessThanOrEqual(lostAt)
})

test('the last to leave closes the connection, and nothing is called back afterwards', async () => {
  server.willAnswer(stream({ [sitePath]: site() }))
  const source = open()
  const [first, second] = [follow(sitePath, source), follow(gates, source)]
  await expect.poll(first.kind).toBe('live')
  first.end()
  expect(server.open.size).toBe(1)
  second.end()
  await expect.poll(() => server.open.size).toBe(0)
  expect(server.requests).toHaveLength(1)
  expect(second.kind()).toBe('live')
})

test('keeps what a connection begins with for who subscribes later, and nothing of the stays it hears of', async () => {
  const stays = `${sitePath}/sessions`
  server.willAnswer(stream({ [sitePath]: site() }))
  const source = open()
  const early = follow(stays, source)
  await expect.poll(early.kind).toBe('live')
  server.send(documentEvent(`${gates}/g1`, gate()) + documentEvent(`${stays}/s1`, { v: 1 }))
  await expect.poll(() => early.changes.map(({ path }) => path)).toEqual([`${stays}/s1`])
  expect(follow(gates, source).changes.map(({ path }) => path)).toEqual([`${gates}/g1`])
  expect(follow(stays, source).changes).toEqual([])
})
