import { randomInt, randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest'
import { type Database, openDatabase } from '../../api/src/db/client.ts'
import { diffMirror } from '../../api/src/mirror/diff.ts'
import { openFirestore } from '../../api/src/mirror/firestore.ts'
import { createFirestoreSink } from '../../api/src/mirror/firestore-sink.ts'
import { createPush } from '../../api/src/mirror/push-documents.ts'
import { writeDocuments } from '../../api/src/mirror/write-documents.ts'
import { markOldSites, markSeenGates } from '../../api/src/repositories/mirror-marks.ts'
import { type CarPark, openCarPark, type Site } from '../../api/test/car-park.ts'
import { faultyFirestore, seeded } from './faulty-firestore.ts'
import { firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

/*
 * The relay's own code on a real Postgres and a real Firestore, where everything goes wrong that may. `MIRROR_SEED` repeats what a
 * seed draws: the events, the faults and after how many steps a relay dies; how its steps and those of others interleave is up to
 * Postgres. `MIRROR_EVENTS` is how many events there are in a run, `MIRROR_RUNS` how many runs.
 */
const wanted = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const events = wanted('MIRROR_EVENTS', 120)
const runs = wanted('MIRROR_RUNS', 2)
const firstSeed = wanted('MIRROR_SEED', randomInt(2 ** 31))

class Killed extends Error {}

describeOnEmulator('the mirror, while everything goes wrong', (emulator) => {
  let park: CarPark
  let sites: Site[]
  let projectId: string
  beforeAll(async () => {
    projectId = useEmulator(emulator)
    park = await openCarPark()
    sites = [await park.site({ capacity: 100 }), await park.site({ capacity: 100 })]
  })
  afterAll(() => park?.close())

  const now = () => new Date(park.clock.now)
  const waitSeconds = (seconds: number) => park.wait(seconds / 60)
  const mark = (kind: string, id: string) =>
    park.database.pool.query('insert into mirror_marks (kind, subject_id) values ($1, $2)', [kind, id])

  /** One thing that happens at the sites. */
  async function happen(random: () => number): Promise<void> {
    const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)]!
    const site = pick(sites)
    const plate = `SIM ${100 + Math.floor(random() * 30)}`
    const owner = park.testDatabase.pool
    waitSeconds(random() < 0.3 ? random() * 4 : 0)
    const luck = random()
    if (luck < 0.35) await park.read(site.entry, plate)
    else if (luck < 0.55) await park.read(site.exit, plate)
    else if (luck < 0.75) await park.passage(pick([site.entry, site.exit]), pick(['passed', 'turned_back'] as const))
    else if (luck < 0.85) {
      const { gateId } = pick([site.entry, site.exit])
      await owner.query('update gates set name = $2 where id = $1', [gateId, `Lane ${Math.floor(random() * 1e6)}`])
      await mark('gate', gateId)
    } else await somebodyComesOrGoes(luck, site)
  }

  async function somebodyComesOrGoes(luck: number, site: Site): Promise<void> {
    const owner = park.testDatabase.pool
    const { rows } = await owner.query('select id from operators order by created_at limit 1')
    if (luck < 0.9 || rows.length === 0) {
      const id = randomUUID()
      await owner.query(
        `insert into operators (id, firebase_uid, email, name, role) values ($1::uuid, 'uid-' || $1, $1 || '@example.org', 'O', 'viewer')`,
        [id],
      )
      await owner.query('insert into operator_sites (operator_id, site_id) values ($1, $2)', [id, site.id])
      await mark('operator', id)
    } else if (luck < 0.95) {
      await owner.query(`update operators set firebase_uid = 'uid-' || gen_random_uuid() where id = $1`, [rows[0].id])
      await mark('operator', rows[0].id)
    } else {
      await owner.query('delete from operator_sites where operator_id = $1', [rows[0].id])
      await owner.query('delete from operators where id = $1', [rows[0].id])
      await mark('operator', rows[0].id)
    }
  }

  /** A relay that is killed before its statement or request number `lifetime`, wherever that is. */
  function startRelay(network: ReturnType<typeof faultyFirestore>, lifetime: number) {
    const database = openDatabase(park.testDatabase.appUrl, 'simulated-relay', () => {}, { connections: 4 })
    const clients: Client[] = []
    let steps = 0
    let dead = false
    const step = () => {
      steps += 1
      if (steps >= lifetime) kill()
      if (dead) throw new Killed()
    }
    // The kernel closes what a killed process had open.
    const kill = () => {
      dead = true
      for (const { connection } of clients) connection.stream.destroy()
    }
    database.pool.on('connect', (connected) => {
      const client = connected as unknown as Client
      clients.push(client)
      const query = client.query.bind(client)
      client.query = (...args) => {
        step()
        return query(...args)
      }
    })
    const push = createPush(database, createFirestoreSink(network.referencesOf(step)), now, 30)
    const loop = async (work: () => Promise<unknown>) => {
      while (!dead) {
        await work().catch(() => {})
        await turn()
      }
    }
    const ended = Promise.all([loop(() => writeDocuments(database, now, 9)), loop(() => push(12))])
    return { kill, isDead: () => dead, ended: ended.then(() => endQuietly(database)) }
  }

  /** Everything that is due has been written and pushed; time goes on, so that what waits becomes due. */
  async function settle(network: ReturnType<typeof faultyFirestore>): Promise<void> {
    const push = createPush(park.database, createFirestoreSink(network.referencesOf(() => {})), now, 5_000)
    await markOldSites(park.database.db, now())
    await markSeenGates(park.database.db)
    const left = () => park.count(unfinished)
    for (let round = 0; (await left()) > 0; round++) {
      expect(round).toBeLessThan(60)
      waitSeconds(round < 10 ? 1 : 300)
      expect((await writeDocuments(park.database, now, 500)).failed).toEqual([])
      expect(await push(500)).toMatchObject({ failed: [], unanswered: [] })
    }
  }

  test.each(Array.from({ length: runs }, (_, run) => firstSeed + run))(
    'no version goes back, and when it is quiet nothing differs (MIRROR_SEED=%d)',
    async (seed) => {
      onTestFailed(() => console.error(`MIRROR_SEED=${seed} MIRROR_EVENTS=${events}`))
      const random = seeded(seed)
      const network = faultyFirestore(firestoreOf(projectId), seeded(seed + 1))
      const ofRelays = seeded(seed + 2)
      const lifetime = () => 1 + Math.floor(ofRelays() * 150)
      let running = true
      let killed = 0
      const slots = [1, 2].map(async () => {
        while (running) {
          const relay = startRelay(network, lifetime())
          while (running && !relay.isDead()) await turn()
          if (relay.isDead()) killed += 1
          relay.kill()
          await relay.ended
        }
      })
      for (let event = 0; event < events; event++) await happen(random)
      // Relays that live on have as much to do as they want.
      while (killed < 10) {
        await happen(random)
        await turn()
      }
      running = false
      await Promise.all(slots)
      await network.calm()
      await settle(network)

      expectGrowing(network.taken)
      const store = openFirestoreOnce(projectId)
      expect(await diffMirror({ database: park.database, store, now }, 0)).toEqual([])
      expect(network.taken.length).toBeGreaterThan(events)
      for (const count of Object.values(network.counts)) expect(count).toBeGreaterThan(0)
    },
    30_000 + events * runs * 100,
  )

  test('a relay that is killed before each of its steps in turn leaves nothing behind that the next does not finish', async () => {
    const network = faultyFirestore(firestoreOf(projectId), seeded(1))
    await network.calm()
    const left = () => park.count(unfinished)
    let lifetime = 0
    for (let finished = false; !finished; ) {
      lifetime += 1
      await park.read(sites[0]!.entry, `STEP ${lifetime}`)
      await park.passage(sites[0]!.entry, 'passed')
      waitSeconds(2)
      const relay = startRelay(network, lifetime)
      while (!relay.isDead() && !finished) {
        finished = (await left()) === 0
        await turn()
      }
      relay.kill()
      await relay.ended
      await settle(network)
    }
    expectGrowing(network.taken)
    expect(await diffMirror({ database: park.database, store: openFirestoreOnce(projectId), now }, 0)).toEqual([])
    // Two transactions and, for each of four documents, a look and a write.
    expect(lifetime).toBeGreaterThan(20)
  }, 120_000)
})

/** Every version that Firestore took of a document is newer than the one before it. */
function expectGrowing(taken: { path: string; version: number; at: bigint }[]): void {
  const newest = new Map<string, number>()
  for (const { path, version } of taken.toSorted((a, b) => Number(a.at - b.at))) {
    expect(version, path).toBeGreaterThan(newest.get(path) ?? 0)
    newest.set(path, version)
  }
}

const unfinished = `(select 1 from mirror_marks union all
  select 1 from mirror_documents where pushed_version < version and path is not null) as rest`

const stores = new Map<string, ReturnType<typeof openFirestore>>()

function openFirestoreOnce(projectId: string) {
  const store = stores.get(projectId) ?? openFirestore(projectId)
  stores.set(projectId, store)
  return store
}

/** A connection of Postgres' client, and what is under it. */
type Client = { query(...args: unknown[]): unknown; connection: { stream: { destroy(): void } } }

const endQuietly = (database: Database) => database.close().catch(() => {})
