import { type GateDocument, gateDocument } from '@turnpike/contracts/live-documents.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import { markSeenGates } from '../../src/repositories/mirror-marks.ts'
import { type CarPark, type Lane, openCarPark } from '../car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

async function shown({ gateId }: Lane): Promise<GateDocument> {
  await writeDocuments(park.database, () => new Date(park.clock.now), 1_000)
  const { data } = await park.row('select data from mirror_documents where subject_id = $1', [gateId])
  expect(Object.keys(data.lastDecision)).toContain('movedOnAt')
  return gateDocument.parse(data)
}

test.each(['passed', 'turned_back'] as const)(
  'a vehicle that %s has moved on, when it did, until the next one is decided',
  async (kind) => {
    const { entry } = await park.site()
    await park.read(entry, 'B AB 1234')
    expect((await shown(entry)).lastDecision?.movedOnAt).toBeNull()
    park.wait(1)
    await park.passage(entry, kind)
    const movedOnAt = park.clock.now.toISOString()
    park.wait(1)
    expect((await shown(entry)).lastDecision?.movedOnAt).toBe(movedOnAt)
    await park.read(entry, 'B CD 5678')
    expect((await shown(entry)).lastDecision?.movedOnAt).toBeNull()
  },
)

test('a vehicle stays in front of the gate when another one slips through behind the last', async () => {
  const { entry } = await park.site()
  await park.read(entry, 'B AB 1234')
  await park.passage(entry, 'tailgated')
  expect((await shown(entry)).lastDecision?.movedOnAt).toBeNull()
})

test('a wait ends when a payment stops opening the barrier, as long as that is at this gate', async () => {
  const site = await park.site()
  const exit = await park.lane(site.id, 'exit', { waitSeconds: 240 })
  await park.read(site.entry, 'B AB 1234')
  park.wait(60)
  const since = park.clock.now
  const { quote } = await park.read(exit, 'B AB 1234')
  const waiting = { since: since.toISOString(), until: new Date(since.getTime() + 240_000).toISOString() }
  expect((await shown(exit)).waiting).toMatchObject(waiting)
  park.clock.now = new Date(waiting.until)
  await park.pay(quote!.id, quote!.amountMinor)
  expect(await park.count('commands where gate_id = $1', [exit.gateId])).toBe(0)
})

test('a car that paid and left owes nothing and has moved on', async () => {
  const { entry, exit } = await park.site()
  await park.read(entry, 'B AB 1234')
  park.wait(60)
  const { quote } = await park.read(exit, 'B AB 1234')
  park.wait(1)
  await park.pay(quote!.id, quote!.amountMinor)
  await park.passage(exit, 'passed')
  const { lastDecision, waiting, lastCommand } = await shown(exit)
  expect(lastDecision).toMatchObject({ outcome: 'PAY', movedOnAt: park.clock.now.toISOString() })
  expect([waiting, lastCommand?.reason]).toEqual([null, 'paid'])
})

test('the clock of the camera that is most off is shown, in seconds, and one that jumped before any other', async () => {
  const { entry } = await park.site()
  const clocks = (id: string, offsetMs: number, jumpedToMs: number | null) =>
    park.database.pool.query('update cameras set clock_offset_ms = $2, clock_jumped_to_ms = $3 where id = $1', [
      id,
      offsetMs,
      jumpedToMs,
    ])
  const second = await park.camera(entry.gateId)
  await clocks(entry.camera.id, 1_400, null)
  await clocks(second.id, -90_600, null)
  await park.read(entry, 'B AB 1234')
  expect((await shown(entry)).camera).toEqual({
    lastSeenAt: park.clock.now.toISOString(),
    clockAheadSeconds: -91,
    clockJumped: false,
  })
  await clocks(entry.camera.id, 1_400, 45_000)
  await park.read(entry, 'B CD 5678')
  expect((await shown(entry)).camera).toMatchObject({ clockAheadSeconds: 45, clockJumped: true })
})

test('a camera is seen also by reads that change nothing else: its gate is marked once', async () => {
  const { entry } = await park.site()
  await park.read(entry, 'B AB 1234')
  await shown(entry)
  park.wait(1 / 60)
  await park.read(entry, 'B AB 1234') // of the same pass: suppressed
  await park.database.pool.query('delete from mirror_marks')
  await markSeenGates(park.database.db)
  await markSeenGates(park.database.db)
  expect(await park.count('mirror_marks where subject_id = $1', [entry.gateId])).toBe(1)
  expect((await shown(entry)).camera?.lastSeenAt).toBe(park.clock.now.toISOString())
  await markSeenGates(park.database.db)
  expect(await park.count('mirror_marks where subject_id = $1', [entry.gateId])).toBe(0)
})
