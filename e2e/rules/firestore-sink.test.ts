import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { type Firestore, Timestamp } from 'firebase-admin/firestore'
import { beforeAll, expect, test, vi } from 'vitest'
import { createFirestoreSink } from '../../api/src/mirror/firestore-sink.ts'
import { DocumentRefused, type MirrorSink, type SunkDocument } from '../../api/src/mirror/push-documents.ts'
import { firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

describeOnEmulator('Firestore as the mirror', (emulator) => {
  let sink: MirrorSink
  let firestore: Firestore
  beforeAll(() => {
    firestore = firestoreOf(useEmulator(emulator))
    sink = openSink()
  })
  /** As one relay has it. */
  const openSink = () => createFirestoreSink((path) => firestore.doc(path))
  const put = (document: Omit<SunkDocument, 'isNew'> & { isNew?: boolean }, by = sink) =>
    by.write({ isNew: false, ...document })
  const path = () => `sites/${randomUUID()}`
  const stored = async (at: string) => (await firestore.doc(at).get()).data()
  const version = (v: number, more: Record<string, unknown> = {}) => ({ version: v, data: { v, ...more } })

  test('holds the whole document: a field that is no more goes', async () => {
    const at = path()
    await put({ path: at, ...version(1, { waiting: { since: 'now' }, name: 'A' }) })
    await put({ path: at, ...version(2, { name: 'B' }) })
    expect(await stored(at)).toEqual({ v: 2, name: 'B' })
  })

  test('keeps a newer version against an older one, and the first of two that are equal', async () => {
    const at = path()
    await put({ path: at, ...version(5, { name: 'new' }) })
    await put({ path: at, ...version(4, { name: 'old' }) })
    await put({ path: at, ...version(5, { name: 'again' }) })
    expect(await stored(at)).toEqual({ v: 5, name: 'new' })
  })

  test('writes a document that is new, or that it wrote itself, without reading it first', async () => {
    const asked: string[] = []
    const noting = createFirestoreSink((at) => {
      const reference = firestore.doc(at)
      return new Proxy(reference, {
        get: (target, name) => {
          asked.push(String(name))
          return Reflect.get(target, name).bind(target)
        },
      })
    })
    const at = path()
    await put({ path: at, ...version(1), isNew: true }, noting)
    await put({ path: at, ...version(2) }, noting)
    await put({ path: at, ...version(3) }, noting)
    expect(asked).toEqual(['create', 'update', 'update'])
  })

  test('that somebody else has written to in between gets only what is newer, and loses what that left', async () => {
    const at = path()
    await put({ path: at, ...version(1, { name: 'A' }) })
    await put({ path: at, ...version(5, { other: 'B' }) }, openSink())
    await put({ path: at, ...version(4, { name: 'C' }) })
    expect(await stored(at)).toEqual({ v: 5, other: 'B' })
    await put({ path: at, ...version(6, { name: 'D' }) })
    expect(await stored(at)).toEqual({ v: 6, name: 'D' })
    await firestore.doc(at).delete()
    await put({ path: at, ...version(7, { name: 'E' }) })
    expect(await stored(at)).toEqual({ v: 7, name: 'E' })
  })

  const versions = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 8 })

  test('ends with the newest of versions that come in any order, from relays that know what is there and that do not', async () => {
    const relays = [openSink(), openSink()]
    const guesses = fc.array(fc.record({ isNew: fc.boolean(), by: fc.constantFrom(...relays) }), { minLength: 8 })
    const property = fc.asyncProperty(versions, guesses, async (list, guess) => {
      const at = path()
      for (const [step, v] of list.entries()) {
        const { isNew, by } = guess[step]!
        await put({ path: at, ...version(v, { [`field${v}`]: v }), isNew }, by)
      }
      const newest = Math.max(...list)
      expect(await stored(at)).toEqual({ v: newest, [`field${newest}`]: newest })
    })
    await fc.assert(property, { numRuns: 40, endOnFailure: true }) // a failing run prints its seed
  })

  test('ends with the newest of versions that two relays write at once', async () => {
    const race = async (list: number[], cut: number) => {
      const at = path()
      const relay = async (own: number[]) => {
        const by = openSink()
        for (const v of own)
          await vi.waitFor(() => put({ path: at, ...version(v) }, by), { timeout: 15_000, interval: 5 })
      }
      await Promise.all([relay(list.slice(0, cut % list.length)), relay(list.slice(cut % list.length))])
      expect(await stored(at)).toEqual({ v: Math.max(...list) })
    }
    // Side by side, because the library waits a second after a collision.
    const races = fc.array(fc.tuple(versions, fc.nat()), { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(races, async (list) => void (await Promise.all(list.map(([own, cut]) => race(own, cut))))),
      { numRuns: 2, endOnFailure: true },
    )
  })

  test('loses a document that is gone, unless that is old news', async () => {
    const at = path()
    await put({ path: at, ...version(3, { name: 'A' }) })
    await put({ path: at, version: 2, data: null })
    expect(await stored(at)).toEqual({ v: 3, name: 'A' })
    await put({ path: at, version: 4, data: null })
    expect(await stored(at)).toEqual({ v: 4, gone: true })
  })

  test('never brings back what is gone by a write that was long under way, and takes it when it comes again', async () => {
    const [known, unknown] = [path(), path()]
    await put({ path: known, ...version(1) })
    for (const at of [known, unknown]) {
      await put({ path: at, version: 3, data: null })
      await put({ path: at, ...version(2, { name: 'late' }) })
      expect(await stored(at)).toEqual({ v: 3, gone: true })
      await put({ path: at, ...version(4, { name: 'again' }) })
      expect(await stored(at)).toEqual({ v: 4, name: 'again' })
    }
  })

  test('expires by a timestamp, as TTL policies need it; every other time stays a text', async () => {
    const at = path()
    const expireAt = '2026-03-17T09:00:00.123Z'
    await put({ path: at, ...version(1, { expireAt, at: expireAt }) })
    const document = (await stored(at))!
    expect(document.expireAt).toBeInstanceOf(Timestamp)
    expect(document.expireAt.toDate().toISOString()).toBe(expireAt)
    expect(document.at).toBe(expireAt)
    await put({ path: at, ...version(2, { expireAt: null }) })
    expect((await stored(at))!.expireAt).toBeNull()
  })

  test.each([
    ['is too large', () => ({ path: path(), ...version(1, { text: 'x'.repeat(1_100_000) }) })],
    ['has no place', () => ({ path: 'sites', ...version(1) })],
    ['is nested too deep', () => ({ path: path(), ...version(1, nested(25)) })],
  ])('says that it refuses a document that %s', async (_why, document) => {
    await expect(put(document())).rejects.toThrow(DocumentRefused)
  })
})

const nested = (depth: number): Record<string, unknown> => (depth === 0 ? {} : { in: nested(depth - 1) })
