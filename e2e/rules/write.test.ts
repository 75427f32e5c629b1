import { assertFails, type RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import fc from 'fast-check'
import { deleteDoc, doc, getDoc, runTransaction, setDoc, updateDoc, writeBatch } from 'firebase/firestore'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnEmulator } from './on-emulator.ts'
import { clientsOf, elsewhere, everybody, fill, here, openRules, siteDocuments } from './people.ts'

/** Where one could try: every kind of document that is there, and one of each kind that is not. */
const there = [...Object.values(siteDocuments), documentPath.operator('viewer-here')]
const notThere = [...there.map((path) => `${path}-new`), 'sites-new/x', 'operators/no-operator']

describeOnEmulator('writing under firestore.rules', (emulator) => {
  let rules: RulesTestEnvironment
  beforeAll(async () => {
    rules = await openRules(emulator)
    await fill(rules)
  })
  afterAll(() => rules?.cleanup())

  const people: [string, string | null][] = everybody.map(({ uid }) => [uid, uid])
  people.push(['somebody who is signed out', null])
  const as = clientsOf(() => rules)
  const rights = { role: 'admin', sites: [here], disabled: false }
  const allRefused = (writes: Promise<unknown>[]) => Promise.all(writes.map((write) => assertFails(write)))

  describe.each(people)('%s', (_who, uid) => {
    test('creates nothing', async () => {
      await allRefused(notThere.map((path) => setDoc(doc(as(uid), path), rights)))
    })

    test('changes nothing', async () => {
      await allRefused(there.map((path) => setDoc(doc(as(uid), path), rights)))
      await allRefused(there.map((path) => setDoc(doc(as(uid), path), { v: 2 }, { merge: true })))
      await allRefused(there.map((path) => updateDoc(doc(as(uid), path), { v: 2 })))
    })

    test('deletes nothing', async () => {
      await allRefused([...there, ...notThere].map((path) => deleteDoc(doc(as(uid), path))))
    })

    test('takes no rights, alone, in a batch or in a transaction', async () => {
      const own = doc(as(uid), documentPath.operator(uid ?? 'signed-out'))
      await assertFails(setDoc(own, rights))
      await assertFails(writeBatch(as(uid)).set(own, rights).commit())
      await assertFails(runTransaction(as(uid), async (transaction) => void transaction.set(own, rights)))
    })
  })

  // Real names at any depth, beside names that the rules do not know.
  const names = ['sites', 'operators', 'gates', 'decisions', 'sessions', 'payments', 'alerts', 'commands', 'anything']
  const ids = [here, elsewhere, 'viewer-here', 'admin-here', 'gate-1', 'new']
  const anyPath = fc
    .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...ids)), { minLength: 1, maxLength: 4 })
    .map((pairs) => pairs.flat().join('/'))
  const anybody = fc.constantFrom(...people.map(([, uid]) => uid))

  test('nobody writes anywhere, however deep and whatever it is called', async () => {
    const property = fc.asyncProperty(
      anybody,
      fc.array(anyPath, { minLength: 4, maxLength: 8 }),
      async (uid, paths) => {
        const documents = paths.map((path) => doc(as(uid), path))
        await allRefused([
          ...documents.map((one) => setDoc(one, rights)),
          ...documents.map((one) => setDoc(one, { v: 2 }, { merge: true })),
          ...documents.map((one) => updateDoc(one, { v: 2 })),
          ...documents.map((one) => deleteDoc(one)),
        ])
      },
    )
    await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 15_000, endOnFailure: true }) // prints its seed
  })

  test('so that everything is as the relay left it', async () => {
    await rules.withSecurityRulesDisabled(async (context) => {
      const firestore = context.firestore()
      for (const path of there) expect((await getDoc(doc(firestore, path))).data()).toMatchObject({ v: 1 })
      for (const path of notThere) expect((await getDoc(doc(firestore, path))).exists()).toBe(false)
    })
  })
})
