import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CarPark } from './car-park.ts'
import { followEvents } from './event-stream.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

/** So many of these are more than two systems keep for a connection between them. */
const rounds = 12
const long = 'x'.repeat(4 << 20)

let staffed: StaffedCarPark
let park: CarPark
let base: string
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
  base = await park.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => staffed.close())

/** Who asks for a stream, hears how it begins and reads no further. */
async function stalled(path: string, token: string): Promise<Socket> {
  const { hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\n\r\n`)
  const [head] = await once(socket, 'data')
  socket.pause()
  expect(String(head)).toContain('HTTP/1.1 200')
  return socket
}

const connections = () =>
  new Promise<number>((resolve, reject) =>
    park.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
const untilConnected = (count: number) =>
  vi.waitFor(async () => expect(await connections()).toBe(count), { timeout: 30_000, interval: 10 })

test('a console that reads no more is ended before what it missed fills the memory, and holds up nobody else', async () => {
  const site = await park.emptySite()
  const { token } = await staffed.staff('viewer', [site])
  const reading = await followEvents(`${base}/v1/live`, token)
  await reading.next(({ event }) => event === 'synced')
  const socket = await stalled('/v1/live', token)
  for (let i = 0; i < rounds && (await connections()) === 2; i++) {
    await park.database.pool.query('update sites set name = $2 where id = $1', [site, `${i} ${long}`])
    await park.mirrored('site', site)
    await reading.next(({ data }) => data.includes(`"${i} x`))
  }
  await untilConnected(1)
  await reading.close()
  socket.destroy()
  await untilConnected(0)
})

test('what a console begins with may be long, and slow to read', async () => {
  const site = await park.emptySite()
  const { token } = await staffed.staff('viewer', [site])
  for (let i = 0; i < 3; i++) {
    const { gateId } = await park.lane(site, 'entry', { name: long })
    await park.mirrored('gate', gateId)
  }
  const socket = await stalled('/v1/live', token)
  let end = ''
  for await (const chunk of socket) {
    end = `${end}${chunk}`.slice(-50)
    if (end.includes('event: synced')) break
  }
  expect(end).toContain('event: synced')
  await untilConnected(0)
})

test('a controller that reads no more is ended, too', async () => {
  const { id: siteId, entry } = await park.site()
  const socket = await stalled(`/v1/gates/${entry.gateId}/commands`, entry.key)
  await park.database.pool.query(
    `insert into commands (id, site_id, gate_id, action, reason, issued_at, expires_at, streamed)
     select gen_random_uuid(), $1, $2, 'open', $3, $4::timestamptz, $4::timestamptz + interval '10 s', true
     from generate_series(1, ${rounds})`,
    [siteId, entry.gateId, long, park.clock.now],
  )
  await untilConnected(0)
  socket.destroy()
})
