import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { type Firestore, Timestamp } from 'firebase-admin/firestore'
import { beforeAll, expect, test, vi } from 'vitest'
import { openFirestore } from '../../api/src/mirror/firestore.ts'
import { DocumentRefused, type MirrorSink } from '../../api/src/mirror/push-documents.ts'
import { firestoreOf, useEmulator } from './firestore-of.ts'
import { describeOnEmulator } from './on-emulator.ts'

describeOnEmulator('Firestore as the mirror', (emulator) => {
  let sink: MirrorSink
  let firestore: Firestore
  beforeAll(() => {
    const projectId = useEmulator(emulator)
    sink = openFirestore(projectId)
    firestore = firestoreOf(projectId)
  })
  const path = () => `sites/${randomUUID()}`
  const stored = async (at: string) => (await firestore.doc(at).get()).data()
  const version = (v: number, more: Record<string, unknown> = {}) => ({ version: v, data: { v, ...more } })

  test('holds the whole document: a field that is no more goes', async () => {
    const at = path()
    await sink.write({ path: at, ...version(1, { waiting: { since: 'now' }, name: 'A' }) })
    await sink.write({ path: at, ...version(2, { name: 'B' }) })
    expect(await stored(at)).toEqual({ v: 2, name: 'B' })
  })

  test('keeps a newer version against an older one, and the first of two that are equal', async () => {
    const at = path()
    await sink.write({ path: at, ...version(5, { name: 'new' }) })
    await sink.write({ path: at, ...version(4, { name: 'old' }) })
    await sink.write({ path: at, ...version(5, { name: 'again' }) })
    expect(await stored(at)).toEqual({ v: 5, name: 'new' })
  })

  const versions = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 2, maxLength: 8 })

  test('ends with the newest of versions that come in any order', async () => {
    const property = fc.asyncProperty(versions, async (list) => {
      const at = path()
      for (const v of list) await sink.write({ path: at, ...version(v) })
      expect(await stored(at)).toEqual({ v: Math.max(...list) })
    })
    await fc.assert(property, { numRuns: 40, endOnFailure: true }) // a failing run prints its seed
  })

  test('ends with the newest of versions that two relays write at once', async () => {
    const race = async (list: number[], cut: number) => {
      const at = path()
      const relay = async (own: number[]) => {
        for (const v of own)
          await vi.waitFor(() => sink.write({ path: at, ...version(v) }), { timeout: 15_000, interval: 5 })
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
    await sink.write({ path: at, ...version(3, { name: 'A' }) })
    await sink.write({ path: at, version: 2, data: null })
    expect(await stored(at)).toEqual({ v: 3, name: 'A' })
    await sink.write({ path: at, version: 4, data: null })
    expect(await stored(at)).toEqual({ v: 4, gone: true })
  })

  test('never brings back what is gone by a write that was long under way, and takes it when it comes again', async () => {
    const [known, unknown] = [path(), path()]
    await sink.write({ path: known, ...version(1) })
    for (const at of [known, unknown]) {
      await sink.write({ path: at, version: 3, data: null })
      await sink.write({ path: at, ...version(2, { name: 'late' }) })
      expect(await stored(at)).toEqual({ v: 3, gone: true })
      await sink.write({ path: at, ...version(4, { name: 'again' }) })
      expect(await stored(at)).toEqual({ v: 4, name: 'again' })
    }
  })

  test('expires by a timestamp, as TTL policies need it; every other time stays a text', async () => {
    const at = path()
    const expireAt = '2026-03-17T09:00:00.123Z'
    await sink.write({ path: at, ...version(1, { expireAt, at: expireAt }) })
    const document = (await stored(at))!
    expect(document.expireAt).toBeInstanceOf(Timestamp)
    expect(document.expireAt.toDate().toISOString()).toBe(expireAt)
    expect(document.at).toBe(expireAt)
    await sink.write({ path: at, ...version(2, { expireAt: null }) })
    expect((await stored(at))!.expireAt).toBeNull()
  })

  test.each([
    ['is too large', () => ({ path: path(), ...version(1, { text: 'x'.repeat(1_100_000) }) })],
    ['has no place', () => ({ path: 'sites', ...version(1) })],
    ['is nested too deep', () => ({ path: path(), ...version(1, nested(25)) })],
  ])('says that it refuses a document that %s', async (_why, document) => {
    await expect(sink.write(document())).rejects.toThrow(DocumentRefused)
  })
})

const nested = (depth: number): Record<string, unknown> => (depth === 0 ? {} : { in: nested(depth - 1) })
