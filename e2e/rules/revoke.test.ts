import { assertFails, assertSucceeds, type RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import { collection, deleteDoc, doc, type Firestore, getDoc, getDocs, onSnapshot, updateDoc } from 'firebase/firestore'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { describeOnEmulator } from './on-emulator.ts'
import { elsewhere, fill, here, openRules, siteCollections, siteDocuments } from './people.ts'

describeOnEmulator('when rights shrink', (emulator) => {
  let rules: RulesTestEnvironment
  beforeAll(async () => {
    rules = await openRules(emulator)
  })
  beforeEach(() => fill(rules))
  afterAll(() => rules?.cleanup())

  const as = (uid: string) => rules.authenticatedContext(uid).firestore() as unknown as Firestore
  const own = documentPath.operator('manager-here')
  const revoke = (change: object) =>
    rules.withSecurityRulesDisabled((context) => updateDoc(doc(context.firestore(), own), change))

  test.each([
    ['the site is taken from the operator', { sites: [elsewhere] }],
    ['all sites are taken from the operator', { sites: [] }],
    ['the operator is disabled', { disabled: true }],
  ])('%s: the very next read is refused, within a second', async (_how, change) => {
    const firestore = as('manager-here')
    await assertSucceeds(getDoc(doc(firestore, siteDocuments.gate)))
    await revoke(change)
    const revokedAt = performance.now()
    await assertFails(getDoc(doc(firestore, siteDocuments.gate)))
    expect(performance.now() - revokedAt).toBeLessThan(1_000)
    for (const path of siteCollections) await assertFails(getDocs(collection(firestore, path)))
    await assertSucceeds(getDoc(doc(firestore, own)))
  })

  test('the operator is removed: the very next read is refused', async () => {
    const firestore = as('manager-here')
    await assertSucceeds(getDoc(doc(firestore, siteDocuments.site)))
    await rules.withSecurityRulesDisabled((context) => deleteDoc(doc(context.firestore(), own)))
    await assertFails(getDoc(doc(firestore, siteDocuments.site)))
  })

  test('a listener on the own rights hears of it, and a new listener on the site is refused', async () => {
    const firestore = as('manager-here')
    const snapshots: unknown[] = []
    const stop = onSnapshot(doc(firestore, own), (snapshot) => snapshots.push(snapshot.get('sites')))
    await vi.waitFor(() => expect(snapshots).toEqual([[here]]), { timeout: 10_000 })
    await revoke({ sites: [] })
    await vi.waitFor(() => expect(snapshots).toEqual([[here], []]), { timeout: 10_000 })
    stop()
    const refused = new Promise((_, reject) => onSnapshot(collection(firestore, siteCollections[0]!), () => {}, reject))
    await expect(refused).rejects.toMatchObject({ code: 'permission-denied' })
  })

  test('rights that are given back open the site again', async () => {
    const firestore = as('manager-here')
    await revoke({ sites: [] })
    await assertFails(getDoc(doc(firestore, siteDocuments.site)))
    await revoke({ sites: [here] })
    await assertSucceeds(getDoc(doc(firestore, siteDocuments.site)))
  })
})
