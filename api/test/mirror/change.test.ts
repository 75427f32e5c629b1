import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import type { Db, Tx } from '../../src/db/client.ts'
import { sites } from '../../src/db/schema.ts'
import { type Actor, type Audit, type Change, change, type Mark, unchanged } from '../../src/repositories/change.ts'
import { type CarPark, openCarPark } from '../car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const actor: Actor = { kind: 'system', id: 'test', requestId: null }
const entry = (subjectId: string): Audit => ({
  action: 'site.opened',
  siteId: subjectId,
  subjectKind: 'site',
  subjectId,
})

async function openSite(tx: Tx, id: string) {
  await tx.insert(sites).values({ id, name: 'New', timeZone: 'Europe/Berlin', currency: 'EUR', capacity: 1 })
}

const stored = async (id: string) => ({
  sites: await park.count('sites where id = $1', [id]),
  audit: await park.count('audit_entries where subject_id = $1', [id]),
  marks: await park.count('mirror_marks where subject_id = $1', [id]),
})

describe('a change', () => {
  // The compiler runs these: `tsc` fails once any of them is false.
  test('without its audit entries or its marks does not compile', () => {
    expectTypeOf<{ result: 1; audit: [Audit]; marks: Mark[] }>().toExtend<Change<1>>()
    expectTypeOf<{ result: 1 }>().not.toExtend<Change<1>>()
    expectTypeOf<{ result: 1; marks: Mark[] }>().not.toExtend<Change<1>>()
    expectTypeOf<{ result: 1; audit: [Audit] }>().not.toExtend<Change<1>>()
    expectTypeOf<{ result: 1; audit: []; marks: Mark[] }>().not.toExtend<Change<1>>()
    expectTypeOf<undefined>().not.toExtend<Change<undefined>>()
  })

  test('cannot be written outside a transaction: a Db is no Tx', () => {
    expectTypeOf<Db>().not.toExtend<Tx>()
    expectTypeOf<Tx>().toExtend<Db>()
  })

  test('commits what happened, its audit entry and its marks together', async () => {
    const id = randomUUID()
    const result = await change(park.database.db, actor, park.clock.now, async (tx) => {
      await openSite(tx, id)
      return { result: 'opened', audit: [entry(id)], marks: [{ kind: 'site', id }] }
    })
    expect(result).toBe('opened')
    expect(await stored(id)).toEqual({ sites: 1, audit: 1, marks: 1 })
  })

  test('leaves nothing behind when its audit entry or a mark cannot be stored', async () => {
    const withBadAudit = randomUUID()
    const badAudit = change(park.database.db, actor, park.clock.now, async (tx) => {
      await openSite(tx, withBadAudit)
      const audit = { ...entry(withBadAudit), siteId: 'no id' }
      return { result: null, audit: [audit], marks: [{ kind: 'site', id: withBadAudit }] }
    })
    await expect(badAudit).rejects.toThrow()
    expect(await stored(withBadAudit)).toEqual({ sites: 0, audit: 0, marks: 0 })

    const withBadMark = randomUUID()
    const badMark = change(park.database.db, actor, park.clock.now, async (tx) => {
      await openSite(tx, withBadMark)
      return { result: null, audit: [entry(withBadMark)], marks: [{ kind: 'site', id: 'no id' }] }
    })
    await expect(badMark).rejects.toThrow()
    expect(await stored(withBadMark)).toEqual({ sites: 0, audit: 0, marks: 0 })
  })

  test('that found nothing to do records nothing', async () => {
    const audited = await park.count('audit_entries')
    expect(await change(park.database.db, actor, park.clock.now, async () => unchanged('same'))).toBe('same')
    expect(await park.count('audit_entries')).toBe(audited)
  })
})
