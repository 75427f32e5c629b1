import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Barrier, startBarrier } from '../src/barrier.ts'

/*
 * What a gate controller must do when the line is bad. The peer is a bare HTTP server on the wire protocol, so that a test can drop
 * connections and repeat commands at will; the API's side of the protocol is tested in api/ and end to end in e2e/.
 */
const first = '0197f3a0-0000-7000-8000-000000000001'
const second = '0197f3a0-0000-7000-8000-000000000002'

type Report = { path: string; body: { outcome?: string; state?: string; kind?: string } }

let closeAll: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closeAll.reverse()) await close()
  closeAll = []
})

async function peer(onResult: (report: Report) => number = () => 200) {
  const streams: ServerResponse[] = []
  const lastEventIds: (string | undefined)[] = []
  const reports: Report[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.headers.authorization !== 'Bearer gate-key') return response.writeHead(401).end()
    if (request.method === 'GET') {
      lastEventIds.push(request.headers['last-event-id'] as string | undefined)
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      return streams.push(response)
    }
    const report = { path: request.url!.split('/v1/gates/g1/')[1]!, body: JSON.parse(await text(request)) }
    reports.push(report)
    return response.writeHead(onResult(report)).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closeAll.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  return {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    streams,
    lastEventIds,
    reports,
    of: (kind: string) => reports.filter(({ path }) => path.endsWith(kind)),
    send(id: string, action: string, more: object = {}) {
      const command = { id, action, reason: 'test', issuedAt: new Date().toISOString(), ttlMs: 10_000, ...more }
      streams.at(-1)!.write(`id: ${id}\ndata: ${JSON.stringify(command)}\n\n`)
    },
  }
}

function barrierAt(api: string): Barrier {
  const barrier = startBarrier({ api, gateId: 'g1', key: 'gate-key', passMs: 5 })
  closeAll.push(() => barrier.stop())
  return barrier
}

describe('barrier controller', () => {
  test('an open is executed, reported, driven through and closed again', async () => {
    const server = await peer()
    const barrier = barrierAt(server.api)
    await vi.waitFor(() => expect(server.streams).toHaveLength(1))
    server.send(first, 'open')
    await vi.waitFor(() =>
      expect(server.of('state').map(({ body }) => body.state)).toEqual(['closed', 'open', 'closed']),
    )
    expect(server.of(`${first}/result`).map(({ body }) => body.outcome)).toEqual(['executed'])
    expect(server.of('passages').map(({ body }) => body.kind)).toEqual(['passed'])
    expect(barrier.state()).toBe('closed')
  })

  test('a command id that comes again after a lost connection is reported again but moves nothing', async () => {
    const server = await peer()
    const barrier = barrierAt(server.api)
    await vi.waitFor(() => expect(server.streams).toHaveLength(1))
    server.send(first, 'open')
    await vi.waitFor(() => expect(server.of('passages')).toHaveLength(1))
    server.streams[0]!.destroy()
    await vi.waitFor(() => expect(server.streams).toHaveLength(2), { timeout: 5000 })
    expect(server.lastEventIds).toEqual([undefined, first])
    server.send(first, 'open')
    await vi.waitFor(() => expect(server.of(`${first}/result`)).toHaveLength(2))
    expect(barrier.acted().map(({ id }) => id)).toEqual([first])
    expect(server.of('passages')).toHaveLength(1)
  })

  test('a hold ends by itself at holdUntil, with the API silent', async () => {
    const server = await peer()
    const barrier = barrierAt(server.api)
    await vi.waitFor(() => expect(server.streams).toHaveLength(1))
    server.send(first, 'hold_open', { holdUntil: new Date(Date.now() + 400).toISOString() })
    await vi.waitFor(() => expect(barrier.state()).toBe('open'))
    server.send(second, 'open')
    await vi.waitFor(() => expect(server.of('passages')).toHaveLength(1))
    expect(barrier.state(), 'a car that passes does not end the hold').toBe('open')
    await vi.waitFor(() => expect(barrier.state()).toBe('closed'))
  })

  test('a result is reported until the API takes it', async () => {
    let refusals = 2
    const server = await peer(({ path }) => (path.endsWith('result') && refusals-- > 0 ? 503 : 200))
    barrierAt(server.api)
    await vi.waitFor(() => expect(server.streams).toHaveLength(1))
    server.send(first, 'block')
    await vi.waitFor(() => expect(server.of(`${first}/result`)).toHaveLength(3), { timeout: 5000 })
  })
})
