import { randomUUID } from 'node:crypto'
import { setTimeout as after } from 'node:timers/promises'
import type { RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { documentPath, gateDocument, siteDocument } from '@turnpike/contracts/live-documents.ts'
import * as sdk from 'firebase/firestore'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type MirrorStore, openFirestore } from '../../api/src/mirror/firestore.ts'
import { createPush } from '../../api/src/mirror/push-documents.ts'
import { writeDocuments } from '../../api/src/mirror/write-documents.ts'
import type { Site } from '../../api/test/car-park.ts'
import type {} from '../../api/test/global-setup.ts'
import { addOperator, type TestOperator } from '../../api/test/operator.ts'
import { openStaffedCarPark, type StaffedCarPark } from '../../api/test/signed-in.ts'
import { apiSource } from '../../dashboard/src/live/api-source.ts'
import { firestoreSource } from '../../dashboard/src/live/firestore-source.ts'
import type { LinkState, LiveChange, LiveSource } from '../../dashboard/src/live/live-source.ts'
import { useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'
import { openRules } from './people.ts'

/* What a screen may rely on, whichever of the two ways its documents come. */
describeOnEmulator('live documents', (emulator) => {
  let rules: RulesTestEnvironment
  let staffed: StaffedCarPark
  let site: Site
  let elsewhere: Site
  let operator: TestOperator
  let apiUrl: string
  let relaying = true
  let relay: Promise<void>
  beforeAll(async () => {
    useEmulator(emulator)
    rules = await openRules(emulator)
    staffed = await openStaffedCarPark()
    staffed.park.clock.now = new Date()
    apiUrl = await staffed.park.app.listen({ host: '127.0.0.1', port: 0 })
    relay = runRelay(openFirestore(rules.projectId))
  })
  afterAll(async () => {
    relaying = false
    await relay
    await staffed?.close()
    await rules?.cleanup()
  })
  beforeEach(async () => {
    const { park, signIn } = staffed
    site = await park.site({ capacity: 100 })
    elsewhere = await park.site({ capacity: 100 })
    operator = await addOperator(park, signIn, 'operator', [site.id])
    await mark('operator', operator.id)
    for (const { id, entry, exit } of [site, elsewhere]) {
      await mark('site', id)
      for (const { gateId } of [entry, exit]) await mark('gate', gateId)
    }
    await mirrored()
  })
  const ends: (() => void)[] = []
  afterEach(() => {
    for (const end of ends.splice(0)) end()
  })

  /** Whatever was marked is in Postgres and in Firestore. */
  const mirrored = () =>
    soon(async () => {
      expect(await staffed.park.count('mirror_marks')).toBe(0)
      expect(await staffed.park.count('mirror_documents where pushed_version < version and path is not null')).toBe(0)
    })
  const mark = (kind: string, id: string) =>
    staffed.park.database.pool.query('insert into mirror_marks (kind, subject_id) values ($1, $2)', [kind, id])

  async function runRelay(store: MirrorStore): Promise<void> {
    const now = () => new Date()
    const push = createPush(staffed.park.database, store, now)
    while (relaying) {
      await writeDocuments(staffed.park.database, now, 200)
      await push(200)
      await after(20)
    }
  }

  /** What a screen has of one target: each change, the newest of each document, and whether it is current. */
  function follow(source: LiveSource, target: string) {
    const changes: LiveChange[] = []
    const documents = new Map<string, Record<string, unknown>>()
    const states: LinkState[] = []
    const stop = source.subscribe(
      target,
      (change) => {
        changes.push(change)
        if (change.data === null) documents.delete(change.path)
        else documents.set(change.path, change.data)
      },
      (state) => states.push(state),
    )
    ends.push(stop)
    const state = () => states.at(-1)?.kind
    return { changes, documents, state, stop, live: () => soon(() => expect(state()).toBe('live')) }
  }
  const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 })

  const sources = {
    Firestore: () => {
      const db = rules.authenticatedContext(operator.uid).firestore() as unknown as sdk.Firestore
      return firestoreSource(async () => ({ sdk, db }))
    },
    'the API': () =>
      apiSource({
        apiUrl,
        idToken: async () => operator.token,
        backoff: { minMs: 20, maxMs: 100 },
      }) satisfies LiveSource,
  }
  const gates = () => `${documentPath.site(site.id)}/gates`
  const entry = () => documentPath.gate(site.id, site.entry.gateId)
  const exit = () => documentPath.gate(site.id, site.exit.gateId)
  const own = () => documentPath.operator(operator.uid)

  async function car(plate: string) {
    await staffed.park.read(site.entry, plate)
    await staffed.park.passage(site.entry, 'passed')
  }
  const stored = async (path: string) =>
    (await staffed.park.row('select data from mirror_documents where path = $1', [path])).data

  describe.each(Object.entries(sources))('from %s', (_name, open) => {
    test('come as the full set first, and only then count as live', async () => {
      const source = open()
      let whenLive: string[] | undefined
      const paths = new Set<string>()
      ends.push(
        source.subscribe(
          gates(),
          ({ path }) => paths.add(path),
          ({ kind }) => {
            if (kind === 'live') whenLive ??= [...paths].sort()
          },
        ),
      )
      await soon(() => expect(whenLive).toEqual([entry(), exit()].sort()))
      const summary = follow(source, documentPath.site(site.id))
      await summary.live()
      expect(siteDocument.parse(summary.documents.get(documentPath.site(site.id)))).toMatchObject({ capacity: 100 })
    })

    test('follow each change, whole and as Postgres has it, with versions that only grow', async () => {
      const gate = follow(open(), gates())
      const summary = follow(open(), documentPath.site(site.id))
      await gate.live()
      await summary.live()
      for (let i = 0; i < 8; i++) await car(`GROW ${i}`)
      await soon(async () => expect(gate.documents.get(entry())).toEqual(await stored(entry())))
      await soon(() => expect(summary.documents.get(documentPath.site(site.id))).toMatchObject({ inside: 8 }))
      expect(gateDocument.parse(gate.documents.get(entry())).lastDecision?.outcome).toBe('ALLOW')
      for (const { changes } of [gate, summary]) {
        const newest = new Map<string, number>()
        for (const { path, data } of changes) {
          expect(data!.v).toBeGreaterThanOrEqual(newest.get(path) ?? 0)
          newest.set(path, data!.v as number)
        }
      }
    })

    test('hold no plate, only what is left of it', async () => {
      const gate = follow(open(), gates())
      await gate.live()
      await car('HH MA 5678')
      await soon(() =>
        expect(gate.documents.get(entry())).toMatchObject({
          lastDecision: { plateMasked: expect.stringContaining('•') },
        }),
      )
      expect(JSON.stringify(gate.changes)).not.toMatch(/HH ?MA ?5678/)
    })

    test('of another site never come', async () => {
      const source = open()
      const [mine, others] = [follow(source, gates()), follow(source, `${documentPath.site(elsewhere.id)}/gates`)]
      const otherSite = follow(source, documentPath.site(elsewhere.id))
      await mine.live()
      await staffed.park.read(elsewhere.entry, 'OTHER 1')
      await car('MINE 1')
      await soon(() => expect(mine.documents.get(entry())).toMatchObject({ lastDecision: expect.anything() }))
      await mirrored()
      expect([others.documents.size, otherSite.documents.size]).toEqual([0, 0])
    })

    test('say that one is gone', async () => {
      const rights = follow(open(), own())
      await rights.live()
      expect(rights.documents.get(own())).toMatchObject({ sites: [site.id] })
      await staffed.park.testDatabase.pool.query('delete from operator_sites where operator_id = $1', [operator.id])
      await staffed.park.testDatabase.pool.query('delete from operators where id = $1', [operator.id])
      await mark('operator', operator.id)
      await soon(() => expect(rights.changes.at(-1)).toEqual({ path: own(), data: null }))
    })

    test('end with the right to see them: the own document says so, and who follows the site anew hears nothing new', async () => {
      const source = open()
      const rights = follow(source, own())
      const before = follow(source, gates())
      await rights.live()
      await before.live()
      await staffed.park.testDatabase.pool.query('delete from operator_sites where operator_id = $1', [operator.id])
      await mark('operator', operator.id)
      await soon(() => expect(rights.documents.get(own())).toMatchObject({ sites: [] }))
      before.stop() // as the console does when its rights say so
      // What the browser had already it may have still, until it has asked; but never as something current.
      await soon(async () => {
        const anew = follow(source, gates())
        await soon(() => expect(anew.state()).toMatch(/live|refused/))
        anew.stop()
        expect(anew.state() === 'refused' || anew.documents.size === 0).toBe(true)
      })
      const known = (await stored(entry())).v
      await car('UNSEEN 1')
      await mirrored()
      expect((await stored(entry())).v).toBeGreaterThan(known)
      const later = follow(source, gates())
      await soon(() => expect(later.state()).toMatch(/live|refused/))
      const heard = later.changes.filter(({ path }) => path === entry())
      for (const { data } of heard) expect((data?.v ?? 0) as number).toBeLessThanOrEqual(known)
    })

    test('go on from the newest after a while without anybody listening', async () => {
      const source = open()
      const first = follow(source, gates())
      await first.live()
      first.stop()
      await car('MISSED 1')
      await mirrored()
      const again = follow(source, gates())
      await again.live()
      await soon(async () => expect(again.documents.get(entry())).toEqual(await stored(entry())))
      const heard = first.changes.length
      await car('MISSED 2')
      await soon(async () => expect(again.documents.get(entry())).toEqual(await stored(entry())))
      expect(first.changes.length).toBe(heard)
    })
  })

  test('are the same from both', async () => {
    const [a, b] = Object.values(sources).map((open) => {
      const source = open()
      return [own(), documentPath.site(site.id), gates()].map((target) => follow(source, target))
    })
    for (const each of [...a!, ...b!]) await each.live()
    for (let i = 0; i < 5; i++) await car(`SAME ${i}`)
    await staffed.park.read(site.exit, `NEVER ${randomUUID().slice(0, 4)}`)
    const all = (follows: typeof a) => Object.fromEntries(follows!.flatMap(({ documents }) => [...documents]))
    await soon(async () => {
      expect(await staffed.park.count('mirror_marks')).toBe(0)
      for (const path of [own(), documentPath.site(site.id), entry(), exit()]) {
        expect(all(a)[path]).toEqual(await stored(path))
        expect(all(b)[path]).toEqual(await stored(path))
      }
    })
    expect(Object.keys(all(a)).sort()).toEqual(Object.keys(all(b)).sort())
  })
})
