import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { kill } from '../core-process.ts'
import { startRelay } from './relay-process.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  park.clock.now = new Date() // the relay purges by the clock on the wall
})
afterAll(() => park.close())
beforeEach(async () => {
  site = await park.site()
})

const relay = () => startRelay(park.testDatabase.appUrl)

/** Three cars come in: three sessions, gate, site. */
async function threeCars() {
  for (const plate of ['REL 1', 'REL 2', 'REL 3']) {
    await park.read(site.entry, plate)
    await park.passage(site.entry, 'passed')
  }
}

const untilMirrored = () =>
  vi.waitFor(
    async () => {
      expect(await park.count('mirror_marks')).toBe(0)
      expect(await park.count('mirror_documents where site_id = $1 and data is not null', [site.id])).toBe(5)
    },
    { timeout: 15_000, interval: 20 },
  )

/** A session that keeps the relay waiting in the middle of its work, until it is ended. */
async function locking(tables: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: park.testDatabase.url })
  client.on('error', () => {}) // the database is dropped when a test fails here
  await client.connect()
  await client.query(`begin; lock table ${tables}`)
  return client
}

async function marked(): Promise<string[]> {
  const { rows } = await park.database.pool.query('select id from mirror_marks')
  return rows.map(({ id }) => String(id))
}

const backends = (where: string) => park.count(`pg_stat_activity where datname = current_database() and ${where}`)

describe('the relay', () => {
  test('turns marks into documents, and ends on SIGTERM with exit code 0 within 3 s', async () => {
    await threeCars()
    const child = await relay()
    await untilMirrored()
    const asked = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe('exit code 0')
    expect(performance.now() - asked).toBeLessThan(3_000)
  })

  test('writes what nobody marked: a site whose summary is old, and the alert of a document that is stuck', async () => {
    await park.database.pool.query('delete from mirror_marks')
    await park.database.pool.query(
      `insert into mirror_marks (kind, subject_id, failures, due_at) values ('gate', $1, 5, now() + interval '1 hour')`,
      [site.entry.gateId],
    )
    const child = await relay()
    const alerts = () =>
      park.count(`alerts where kind = 'mirror_document_stuck' and subject_id = $1`, [site.entry.gateId])
    await vi.waitFor(async () => expect(await alerts()).toBe(1), { timeout: 15_000, interval: 20 })
    await vi.waitFor(
      async () => {
        const row = await park.row('select data from mirror_documents where subject_id = $1', [site.id])
        expect(row?.data.openAlerts).toBe(1)
      },
      { timeout: 15_000, interval: 20 },
    )
    await kill(child)
    await park.database.pool.query('delete from mirror_marks')
  })

  test('that is killed between taking marks and committing loses none: the next one writes them all', async () => {
    await threeCars()
    const marks = await marked()
    const blocker = await locking('mirror_documents in share mode')

    const child = await relay()
    const holdsMarks = `application_name = 'turnpike-relay' and wait_event_type = 'Lock' and query ilike 'insert into "mirror_documents"%'`
    await vi.waitFor(async () => expect(await backends(holdsMarks)).toBe(1), { timeout: 15_000, interval: 20 })
    await kill(child)
    await blocker.end()
    await vi.waitFor(async () => expect(await backends(`application_name = 'turnpike-relay'`)).toBe(0), {
      timeout: 15_000,
    })
    // The relay may have added one of its own, for a day that began.
    expect(await marked()).toEqual(expect.arrayContaining(marks))
    expect(await park.count('mirror_documents where site_id = $1', [site.id])).toBe(0)

    await relay()
    await untilMirrored()
  })

  test('has a stand-in that takes over at once when it is killed', async () => {
    const first = await relay()
    const holders = `locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`
    await vi.waitFor(async () => expect(await park.count(`pg_locks where ${holders}`)).toBe(1), { timeout: 15_000 })
    await relay()
    await vi.waitFor(async () => expect(await backends(`query like '%pg_try_advisory_lock%'`)).toBeGreaterThan(1), {
      timeout: 15_000,
    })
    await kill(first)
    await threeCars()
    await untilMirrored()
  })

  test('goes on when Postgres drops all its connections', async () => {
    const child = await relay()
    await vi.waitFor(() => expect(child.log()).toContain('the relay runs'), { timeout: 15_000 })
    await park.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnpike-relay'`,
    )
    await threeCars()
    await untilMirrored()
    expect(child.log()).not.toMatch(/REL ?[123]/)
  })

  test('ends on SIGTERM within 3 s although Postgres does not answer', async () => {
    await threeCars()
    const blocker = await locking('mirror_documents, mirror_marks')
    const child = await relay()
    await vi.waitFor(
      async () =>
        expect(await backends(`application_name = 'turnpike-relay' and wait_event_type = 'Lock'`)).toBeGreaterThan(0),
      { timeout: 15_000 },
    )
    const asked = performance.now()
    child.process.kill('SIGTERM')
    expect(await child.ended).toBe('exit code 0')
    expect(performance.now() - asked).toBeLessThan(3_000)
    await blocker.end()
    await relay()
    await untilMirrored()
  })
})
