import { assertFails, assertSucceeds, type RulesTestEnvironment } from '@firebase/rules-unit-testing'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import {
  collection,
  collectionGroup,
  doc,
  type Firestore,
  getDoc,
  getDocs,
  limit,
  orderBy,
  query,
  setDoc,
  startAfter,
  where,
} from 'firebase/firestore'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnEmulator } from './on-emulator.ts'
import {
  clientsOf,
  disabledOperators,
  elsewhere,
  everybody,
  fill,
  here,
  nobody,
  openRules,
  operatorsElsewhere,
  operatorsHere,
  siteCollections,
  siteDocuments,
} from './people.ts'

describeOnEmulator('reading under firestore.rules', (emulator) => {
  let rules: RulesTestEnvironment
  beforeAll(async () => {
    rules = await openRules(emulator)
    await fill(rules)
  })
  afterAll(() => rules?.cleanup())

  const as = clientsOf(() => rules)
  const get = (firestore: Firestore, path: string) => getDoc(doc(firestore, path))
  const list = (firestore: Firestore, path: string) => getDocs(collection(firestore, path))

  describe.each(Object.entries(siteDocuments))('a %s', (_kind, path) => {
    test.each(operatorsHere)('is read by $uid', async ({ uid }) => {
      expect((await assertSucceeds(get(as(uid), path))).exists()).toBe(true)
    })
    test.each([...operatorsElsewhere, ...disabledOperators, nobody])('is denied to $uid', async ({ uid }) => {
      await assertFails(get(as(uid), path))
    })
    test('is denied to somebody who is signed out', () => assertFails(get(as(null), path)))
  })

  describe.each(siteCollections.map((path) => [path.split('/').at(-1), path] as const))(
    'all %s of a site',
    (_name, path) => {
      test.each(operatorsHere)('are listed for $uid', async ({ uid }) => {
        expect((await assertSucceeds(list(as(uid), path))).size).toBe(1)
      })
      test.each([...operatorsElsewhere, ...disabledOperators, nobody])('are denied to $uid', async ({ uid }) => {
        await assertFails(list(as(uid), path))
      })
      test('are denied to somebody who is signed out', () => assertFails(list(as(null), path)))
    },
  )

  describe.each([
    [
      'the newest',
      (path: string, db: Firestore) => query(collection(db, path), orderBy('updatedAt', 'desc'), limit(50)),
    ],
    ['some by a field', (path: string, db: Firestore) => query(collection(db, path), where('siteId', '==', here))],
    [
      'a further page',
      (path: string, db: Firestore) => query(collection(db, path), orderBy('v'), startAfter(0), limit(1)),
    ],
  ] as const)('%s of a collection of a site', (_what, ask) => {
    test.each(operatorsHere)('are listed for $uid', async ({ uid }) => {
      for (const path of siteCollections) expect((await assertSucceeds(getDocs(ask(path, as(uid))))).size).toBe(1)
    })
    test.each([...operatorsElsewhere, ...disabledOperators, nobody])('are denied to $uid', async ({ uid }) => {
      for (const path of siteCollections) await assertFails(getDocs(ask(path, as(uid))))
    })
    test('are denied to somebody who is signed out', async () => {
      for (const path of siteCollections) await assertFails(getDocs(ask(path, as(null))))
    })
  })

  test('what is left of an operator who is gone opens nothing', async () => {
    const gone = { v: 9, gone: true }
    await rules.withSecurityRulesDisabled((context) => setDoc(doc(context.firestore(), 'operators/gone'), gone))
    for (const path of Object.values(siteDocuments)) await assertFails(get(as('gone'), path))
    for (const path of siteCollections) await assertFails(list(as('gone'), path))
  })

  test.each(everybody)('across sites, $uid lists nothing, not even his own sites', async ({ uid }) => {
    const firestore = as(uid)
    await assertFails(list(firestore, 'sites'))
    await assertFails(getDocs(query(collection(firestore, 'sites'), where('siteId', '==', here))))
    await assertFails(list(firestore, 'operators'))
    for (const path of siteCollections) {
      const group = collectionGroup(firestore, path.split('/').at(-1)!)
      await assertFails(getDocs(group))
      await assertFails(getDocs(query(group, where('siteId', '==', here))))
    }
  })

  test.each([...operatorsHere, ...operatorsElsewhere, ...disabledOperators])(
    '$uid reads his own rights, and no others',
    async ({ uid, rights }) => {
      const own = await assertSucceeds(get(as(uid), documentPath.operator(uid)))
      expect(own.data()).toMatchObject(rights!)
      for (const other of everybody)
        if (other.uid !== uid) await assertFails(get(as(uid), documentPath.operator(other.uid)))
    },
  )

  test('who is no operator reads that he has no rights, and nobody else’s', async () => {
    expect((await assertSucceeds(get(as(nobody.uid), documentPath.operator(nobody.uid)))).exists()).toBe(false)
    for (const { uid } of operatorsHere) {
      await assertFails(get(as(nobody.uid), documentPath.operator(uid)))
      await assertFails(get(as(null), documentPath.operator(uid)))
    }
  })

  test.each([
    `sites/${here}/secrets/secret-1`,
    `sites/${here}/gates/gate-1/commands/command-1`,
    'plates/plate-1',
    'operators/admin-here/tokens/token-1',
  ])('nobody reads %s: what the rules do not name is closed', async (path) => {
    await rules.withSecurityRulesDisabled((context) => setDoc(doc(context.firestore(), path), { v: 1 }))
    for (const { uid } of operatorsHere) {
      await assertFails(get(as(uid), path))
      await assertFails(list(as(uid), path.split('/').slice(0, -1).join('/')))
    }
  })

  test('a site that does not exist is denied as one that does: ids cannot be tried out', async () => {
    const missing = await get(as('viewer-here'), documentPath.site('site-404')).catch((error) => error)
    const others = await get(as('viewer-here'), documentPath.site(elsewhere)).catch((error) => error)
    expect(missing.code).toBe('permission-denied')
    expect(others.code).toBe('permission-denied')
  })

  describe('rights that are not whole', () => {
    test.each([
      ['no sites', { role: 'admin', disabled: false }],
      ['nothing about being disabled', { role: 'admin', sites: [here] }],
      ['disabled as a text', { role: 'admin', sites: [here], disabled: 'false' }],
      ['one site as a text', { role: 'admin', sites: here, disabled: false }],
      ['a role alone', { role: 'admin' }],
      ['nothing', {}],
    ])('open nothing: %s', async (_what, rights) => {
      await rules.withSecurityRulesDisabled((context) => setDoc(doc(context.firestore(), 'operators/half'), rights))
      for (const path of Object.values(siteDocuments)) await assertFails(get(as('half'), path))
    })
  })

  test('claims in a token open nothing: rights are the document’s alone', async () => {
    const claims = { role: 'admin', admin: true, sites: [here] }
    const firestore = rules.authenticatedContext(nobody.uid, claims).firestore() as unknown as Firestore
    for (const path of Object.values(siteDocuments)) await assertFails(get(firestore, path))
  })
})
