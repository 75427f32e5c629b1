import { deleteApp, initializeApp } from 'firebase/app'
import * as sdk from 'firebase/firestore'
import { afterEach, expect, test } from 'vitest'
import { firestoreSource } from '../src/live/firestore-source.ts'
import type { LinkState, LiveChange } from '../src/live/live-source.ts'
import { site, siteA } from './documents.ts'

const app = initializeApp({ projectId: 'demo-turnpike-offline', apiKey: 'demo' })
const db = sdk.getFirestore(app)
afterEach(() => deleteApp(app))

test('without a connection nothing counts as gone and nothing as live, whatever the cache holds', async () => {
  await sdk.disableNetwork(db)
  const source = firestoreSource(async () => ({ sdk, db }))
  const changes: LiveChange[] = []
  const states: LinkState[] = []
  const targets = [`sites/${siteA}`, `sites/${siteA}/gates`, 'operators/nobody']
  const ends = targets.map((target) =>
    source.subscribe(
      target,
      (change) => changes.push(change),
      (state) => states.push(state),
    ),
  )
  void sdk.setDoc(sdk.doc(db, `sites/${siteA}`), { ...site(), expireAt: new sdk.Timestamp(0, 0) })
  await expect.poll(() => changes.length).toBe(1)
  expect(changes[0]).toMatchObject({ path: `sites/${siteA}`, data: { v: 1, expireAt: '1970-01-01T00:00:00.000Z' } })
  void sdk.deleteDoc(sdk.doc(db, `sites/${siteA}`))
  void sdk.setDoc(sdk.doc(db, `sites/${siteA}/gates/g1`), { v: 1 })
  await expect.poll(() => changes.length).toBe(2)
  expect(changes.map(({ data }) => data?.v)).toEqual([1, 1])
  expect(states.every(({ kind }) => kind === 'connecting')).toBe(true)

  for (const end of ends) end()
  void sdk.setDoc(sdk.doc(db, `sites/${siteA}/gates/g2`), { v: 1 })
  await sdk.getDocFromCache(sdk.doc(db, `sites/${siteA}/gates/g2`))
  expect(changes).toHaveLength(2)
})
