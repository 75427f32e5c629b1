import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { JournalEntry, JournalRecord } from '@turnpike/contracts/journal.ts'
import type { LoggerOptions } from 'pino'
import { v7 as newId } from 'uuid'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { toPlate } from '../src/domain/plate.ts'
import { openJournal } from '../src/journal.ts'
import { loggerOptions } from '../src/plugins/log.ts'
import { createBringIn, type ReportTakers } from '../src/services/bring-in-journal.ts'
import type { CarPark, Lane, Site } from './car-park.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'
import { entriesIn, leaveEntries } from './journal-folder.ts'

let failing: FailingPark
let park: CarPark
let log = ''
beforeAll(async () => {
  const stream = new PassThrough()
  stream.on('data', (line) => {
    log += line
  })
  failing = await openFailingPark({ logger: { ...loggerOptions('warn', 'test'), stream } as LoggerOptions })
  park = failing.park
  await park.app.ready()
})
afterEach(async () => {
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
})
afterAll(() => failing.close())

const refusals = () => log.split('a record of the journal cannot be brought in').length - 1

async function losePostgres() {
  await park.lanes.refresh()
  failing.proxy.set({ kind: 'cut' })
}

type Decision = Extract<JournalRecord, { kind: 'decision' }>

/** A record as this process makes it, which is in Postgres already. */
async function record(lane: Lane, plate: string): Promise<Decision> {
  await losePostgres()
  await park.read(lane, plate)
  const [entry] = await entriesIn(park.journalFolder)
  failing.proxy.set({ kind: 'fine' })
  await park.broughtIn()
  return entry!.record as Decision
}

/** The same of another vehicle, as another process leaves it in the folder. */
async function leave(made: Decision, plateRaw: string, spoil: (record: Decision) => void = () => {}) {
  const left = another(made, plateRaw)
  spoil(left)
  return write(left)
}

function another(made: Decision, plateRaw: string): Decision {
  const record = structuredClone(made)
  record.read = { ...record.read, id: newId(), eventId: randomUUID(), plateRaw }
  record.decision.id = newId()
  if (record.command !== null) record.command.id = newId()
  return record
}

async function write(left: JournalRecord) {
  const entry: JournalEntry = { version: 1, deviceId: randomUUID(), sequence: 1, record: left }
  await leaveEntries(park.journalFolder, [entry])
  return entry
}

const isThere = async ({ deviceId }: JournalEntry) =>
  (await readdir(park.journalFolder)).some((name) => name.startsWith(deviceId))

/** What brings the folder in, as a process makes it. */
function anotherProcess(takers: Partial<ReportTakers> = {}, folder = park.journalFolder) {
  const stopping = new AbortController()
  const journal = openJournal(folder, randomUUID(), { keptMs: 0 })
  onTestFinished(() => journal.close())
  const now = () => new Date(park.clock.now)
  const untold = () => Promise.reject(new Error('no report was left'))
  const { bringIn } = createBringIn(
    { database: park.database, now, newId, journal },
    { passage: untold, command_result: untold, ...takers },
    () => {},
    stopping.signal,
  )
  return { bringIn, journal, stopping }
}

/** Keeps whoever brings something in at these gates waiting. */
async function holdGate(...lanes: Lane[]) {
  const client = await park.testDatabase.pool.connect()
  await client.query('begin')
  await client.query('select from gates where id = any($1) for update', [lanes.map(({ gateId }) => gateId)])
  return {
    waiters: async () => park.count(`pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    async letGo() {
      await client.query('rollback')
      client.release()
    },
  }
}

describe('a record that cannot be stored', () => {
  test.each<[string, (record: Decision) => void]>([
    ['because Postgres refuses it', ({ read }) => (read.trackId = 'a\u0000b')],
    ['because nobody knows its gate', (left) => (left.gateId = randomUUID())],
    ['because its plate has no letter and no digit', ({ read }) => (read.plateRaw = '---')],
  ])('%s, is tried once a minute, and holds up neither the others nor the reads at its site', async (_, spoil) => {
    const site = await park.site()
    const made = await record(site.exit, 'NOLOG 1')
    const before = refusals()
    const refused = await leave(made, 'NOLOG 2', spoil)
    const other = await leave(made, 'NOLOG 3')
    await expect.poll(() => isThere(other)).toBe(false)
    await expect.poll(refusals).toBe(before + 1)
    for (let car = 0; car < 5; car += 1)
      expect(await park.read(site.exit, `NOLOG ${100 + car}`)).toMatchObject({ mode: 'normal' })
    expect(refusals()).toBe(before + 1)
    expect(await isThere(refused)).toBe(true)

    park.wait(1)
    await park.read(site.exit, 'NOLOG 200')
    await expect.poll(refusals).toBe(before + 2)
    expect(log).not.toContain('NOLOG')
    for (const name of await readdir(park.journalFolder)) await rm(join(park.journalFolder, name))
  })

  test('is stored once what was wrong is mended', async () => {
    const site = await park.site()
    const made = await record(site.exit, 'MEND 1')
    const before = refusals()
    const unknown = randomUUID()
    const left = await leave(made, 'MEND 2', ({ read }) => (read.cameraId = unknown))
    await expect.poll(refusals).toBe(before + 1)
    await park.camera(site.exit.gateId, { id: unknown })
    park.wait(1)
    await expect.poll(() => isThere(left)).toBe(false)
    expect(await park.count('reads where camera_id = $1', [unknown])).toBe(1)
  })
})

describe('a report that was kept', () => {
  const result = async (site: Site, commandId: string, at = park.clock.now): Promise<JournalRecord> => ({
    kind: 'command_result',
    siteId: site.id,
    gateId: site.exit.gateId,
    requestId: newId(),
    at: at.toISOString(),
    commandId,
    result: { outcome: 'failed' },
  })

  test('of a command that has another result already is done with: the first counts', async () => {
    const site = await park.site()
    const { commandId } = await park.read(site.exit, 'KEPT 1')
    await park.post(`/v1/gates/${site.exit.gateId}/commands/${commandId}/result`, site.exit.key, {
      outcome: 'executed',
    })
    const left = await write(await result(site, commandId!))
    await expect.poll(() => isThere(left)).toBe(false)
    expect(await park.row('select outcome from commands where id = $1', [commandId])).toEqual({ outcome: 'executed' })
  })

  test('of a command that nobody knows waits for it, and is given up a day later', async () => {
    const site = await park.site()
    const made = await record(site.exit, 'KEPT 2')
    const before = refusals()
    const commandId = newId()
    const waiting = await write(await result(site, commandId))
    const never = await write(await result(site, newId()))
    await expect.poll(refusals).toBe(before + 2)
    const decision = await leave(made, 'KEPT 3', (left) => (left.command!.id = commandId))
    await expect.poll(() => isThere(decision)).toBe(false)
    park.wait(1)
    await expect.poll(() => isThere(waiting)).toBe(false)
    expect(await park.row('select outcome from commands where id = $1', [commandId])).toEqual({ outcome: 'failed' })
    expect(await isThere(never)).toBe(true)
    park.wait(24 * 60)
    await expect.poll(() => isThere(never)).toBe(false)
  })

  test('happened when it was reported, not when Postgres was back: so much the stay lasted', async () => {
    const site = await park.site()
    const { sessionId } = await park.read(site.entry, 'KEPT 4')
    await park.passage(site.entry, 'passed')
    park.wait(30)
    const { quote } = await park.read(site.exit, 'KEPT 4')
    await park.pay(quote!.id, quote!.amountMinor)
    await losePostgres()
    const at = park.clock.now
    await park.passage(site.exit, 'passed')
    park.wait(120)
    failing.proxy.set({ kind: 'fine' })
    await park.broughtIn()
    expect(await park.row('select state, closed_at from sessions where id = $1', [sessionId])).toEqual({
      state: 'closed',
      closed_at: at,
    })
  })
})

test('two processes that bring in the same record at the same moment do it once', async () => {
  const site = await park.site()
  const made = await record(site.exit, 'TWICE 1')
  const held = await holdGate(site.exit)
  const left = await leave(made, 'TWICE 2')
  const [one, other] = [anotherProcess(), anotherProcess()]
  const both = Promise.all([one.bringIn(), other.bringIn()])
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(2)
  await held.letGo()
  await both
  const { id } = (left.record as Decision).decision
  expect(await park.count(`audit_entries where subject_id = $1 and action like 'decision.%'`, [id])).toBe(1)
  expect(await park.count('commands where decision_id = $1', [id])).toBe(1)
})

test('however many ask while a record is brought in, it is brought in once', async () => {
  const site = await park.site()
  const made = await record(site.exit, 'MANY 1')
  const held = await holdGate(site.exit)
  const left = await leave(made, 'MANY 2')
  const { bringIn, journal } = anotherProcess()
  await journal.look()
  const next = { siteId: site.id, gateId: site.exit.gateId }
  const first = bringIn(next)
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(1)
  const others = Array.from({ length: 50 }, () => bringIn(next))
  await held.letGo()
  await Promise.all([first, ...others])
  const { id } = (left.record as Decision).decision
  expect(await park.count(`audit_entries where subject_id = $1 and action = 'decision.made'`, [id])).toBe(1)
})

test('what cannot go on at one site does not keep another one waiting', async () => {
  const [stuck, free] = [await park.site(), await park.site()]
  const [there, here] = [await record(stuck.exit, 'STUCK 1'), await record(free.exit, 'FREE 1')]
  const held = await holdGate(stuck.exit)
  await leave(there, 'STUCK 2')
  const left = await leave(here, 'FREE 2')
  const { bringIn, journal } = anotherProcess()
  await journal.look()
  const waiting = bringIn({ siteId: stuck.id, gateId: stuck.exit.gateId })
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(1)
  await bringIn({ siteId: free.id, gateId: free.exit.gateId })
  expect(await isThere(left)).toBe(false)
  expect(await held.waiters()).toBeGreaterThanOrEqual(1)
  await held.letGo()
  await waiting
})

describe('of what was decided without Postgres, a read waits', () => {
  /** An entry at the one gate and a passage there, and then the exit of another vehicle at the other gate. */
  async function holdThree() {
    const site = await park.site()
    const [came, went] = [await record(site.entry, 'ORDER 1'), await record(site.exit, 'QUITE 55')]
    const folder = await mkdtemp(join(tmpdir(), 'turnpike-journal-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const { bringIn, journal } = anotherProcess({ passage: async () => {} }, folder)
    const at = park.clock.now.toISOString()
    const { siteId, gateId, requestId } = came
    await journal.append(another(came, 'COMES 77'))
    await journal.append({
      ...{ kind: 'passage', siteId, gateId, requestId, at },
      report: { kind: 'passed', occurredAt: at },
    })
    await journal.append(another(went, 'LEAVES 33'))
    const held = () =>
      [...journal.heldAt(site.id)].map((entry) => ('read' in entry.record ? entry.record.read.plateRaw : 'a passage'))
    return { site, bringIn, held }
  }

  test('for all of its gate, and for nothing else at its site', async () => {
    const { site, bringIn, held } = await holdThree()
    await bringIn({ siteId: site.id, gateId: site.exit.gateId, plate: toPlate('ELSE 11')! })
    expect(held()).toEqual(['COMES 77', 'a passage'])
  })

  test('for what its vehicle did at another gate, and what was reported there', async () => {
    const { site, bringIn, held } = await holdThree()
    await bringIn({ siteId: site.id, gateId: randomUUID(), plate: toPlate('C0MES 77')! })
    expect(held()).toEqual(['LEAVES 33'])
  })
})

test('however many sites wait to be brought in, a read at another one finds a connection', async () => {
  const free = await park.site()
  const stuck: Site[] = []
  while (stuck.length < park.core.gateDatabase.pool.options.max) stuck.push(await park.site())
  const made = await record(free.exit, 'FIRST 1')
  const held = await holdGate(...stuck.map(({ exit }) => exit))
  const left = await Promise.all(
    stuck.map(({ id, exit }) =>
      leave(made, 'CROWD 2', (record) => {
        record.siteId = id
        record.gateId = exit.gateId
        record.read.cameraId = exit.camera.id
      }),
    ),
  )
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(1)
  const waiting = stuck.map(({ exit }) => park.read(exit, 'CROWD 3'))
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(2)

  expect(await park.read(free.exit, 'ELSE 77')).toMatchObject({ mode: 'normal' })
  await held.letGo()
  await Promise.all(waiting)
  await expect.poll(async () => (await Promise.all(left.map(isThere))).includes(true)).toBe(false)
})

test('a process that ends leaves the rest in its folder, and the next one goes on', async () => {
  const site = await park.site()
  const made = await record(site.exit, 'STOP 1')
  await losePostgres()
  await expect.poll(() => park.app.inject('/readyz').then(({ statusCode }) => statusCode)).toBe(503)
  for (let car = 0; car < 3; car += 1) await leave(made, `STOP ${10 + car}`)
  const held = await holdGate(site.exit)
  const ending = anotherProcess()
  const work = ending.bringIn()
  await expect.poll(held.waiters).toBeGreaterThanOrEqual(1)
  ending.stopping.abort()
  await held.letGo()
  await work
  expect(await readdir(park.journalFolder)).toHaveLength(2)
  await anotherProcess().bringIn()
  expect(await readdir(park.journalFolder)).toEqual([])
  expect(await park.count(`decisions where site_id = $1 and mode = 'fallback'`, [site.id])).toBe(4)
})

test('with a disk that fails a car is let out all the same, somebody is told, and the record is brought in', async () => {
  const site = await park.site()
  await losePostgres()
  await rm(park.journalFolder, { recursive: true })
  await writeFile(park.journalFolder, 'no folder any more')
  const { decisionId } = await park.read(site.exit, 'DISK 1')
  expect(log).toContain('the disk of the journal fails')
  failing.proxy.set({ kind: 'fine' })
  await expect.poll(() => park.count('decisions where id = $1', [decisionId])).toBe(1)
  await rm(park.journalFolder)
  await mkdir(park.journalFolder)
})
