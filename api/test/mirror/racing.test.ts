import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { writeDocuments } from '../../src/mirror/write-documents.ts'
import { type Actor, change, type Mark } from '../../src/repositories/change.ts'
import { listDocumentsToPush, markPushed } from '../../src/repositories/mirror-pushes.ts'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'

let park: CarPark
let sites: Site[]
const relays: Database[] = []
beforeAll(async () => {
  park = await openCarPark()
  sites = await Promise.all([park.site(), park.site(), park.site()])
  for (const name of ['relay-1', 'relay-2'])
    relays.push(openDatabase(park.testDatabase.appUrl, name, () => {}, { connections: 2 }))
  // Every version that was ever committed, in the order of the row's own lock.
  await park.testDatabase.pool.query(`
    create table history (id bigint generated always as identity, path text, version bigint, data jsonb, pushed_version bigint);
    create function remember() returns trigger language plpgsql security definer as $$
    begin
      insert into history (path, version, data, pushed_version) values (new.path, new.version, new.data, new.pushed_version);
      return new;
    end $$;
    create trigger remember after update on mirror_documents for each row execute function remember()`)
})
afterAll(async () => {
  for (const relay of relays) await relay.close()
  await park.close()
})

const actor: Actor = { kind: 'system', id: 'test', requestId: null }
const now = () => new Date()

/** One step of a site and its gates: what they show counts up, and each step marks its documents, in any order. */
async function step(site: Site) {
  await change(park.database.db, actor, now(), async (tx) => {
    await tx.execute(`update sites set name = (name::int + 1)::text where id = '${site.id}'`)
    await tx.execute(`update gates set name = (name::int + 1)::text where site_id = '${site.id}'`)
    const marks: Mark[] = [
      { kind: 'site', id: site.id },
      { kind: 'gate', id: site.entry.gateId },
      { kind: 'gate', id: site.exit.gateId },
    ]
    const audit = { action: 'site.stepped', siteId: site.id, subjectKind: 'site', subjectId: site.id }
    return { result: undefined, audit: [audit], marks: marks.sort(() => Math.random() - 0.5) }
  })
}

test('two relays on the same marks: versions only grow, a higher one is never older, the last one is the state', async () => {
  await park.database.pool.query(`update sites set name = '0'; `)
  await park.database.pool.query(`update gates set name = '0'`)
  const steps = 120
  let stepping = true
  const changers = sites.flatMap((site) =>
    [1, 2].map(async () => {
      for (let i = 0; i < steps; i++) await step(site)
    }),
  )
  const batches = relays.map(async (relay) => {
    let count = 0
    for (let wasStepping = true; wasStepping; count += 1) {
      wasStepping = stepping
      const { failed } = await writeDocuments(relay, now, 7)
      expect(failed).toEqual([])
    }
    return count
  })
  // The other loop of a relay locks the same rows.
  const pushes = relays.map(async (relay) => {
    while (stepping) await markPushed(relay.db, await listDocumentsToPush(relay.db, now(), 100), now())
  })
  await Promise.all(changers)
  stepping = false
  const counts = await Promise.all(batches)
  await Promise.all(pushes)
  // Summaries wait until they are a second old.
  await vi.waitFor(async () => {
    await writeDocuments(relays[0]!, now, 1_000)
    expect(await park.count('mirror_marks')).toBe(0)
  }, 10_000)

  for (const count of counts) expect(count).toBeGreaterThan(20)
  const { rows: history } = await park.testDatabase.pool.query(
    'select path, version::bigint, data, pushed_version from history where data is not null order by id',
  )
  const last = new Map<string, { version: number; step: number; pushed: number }>()
  for (const { path, version, data, pushed_version } of history) {
    const before = last.get(path) ?? { version: 0, step: -1, pushed: 0 }
    // Between its version and its data a row is half written, inside one transaction; nobody sees it.
    if (data.v === Number(version)) {
      expect(Number(version)).toBeGreaterThanOrEqual(before.version)
      expect(Number(data.name)).toBeGreaterThanOrEqual(before.step)
      if (Number(version) === before.version) expect(Number(data.name)).toBe(before.step)
      expect(Number(pushed_version)).toBeGreaterThanOrEqual(before.pushed)
      last.set(path, { version: Number(version), step: Number(data.name), pushed: Number(pushed_version) })
    }
  }
  expect(last.size).toBe(9)
  for (const { step } of last.values()) expect(step).toBe(2 * steps)
  const { rows } = await park.database.pool.query(
    'select deadlocks from pg_stat_database where datname = current_database()',
  )
  expect(Number(rows[0].deadlocks)).toBe(0)
})
