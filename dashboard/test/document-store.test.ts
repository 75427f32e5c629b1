import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DocumentStore } from '../src/live/document-store.ts'
import { gate, site, siteA } from './documents.ts'

const path = `sites/${siteA}/gates/g1`

test('the version of a document never goes back, in whatever order two sources deliver and delete', () => {
  const delivery = fc.oneof(fc.nat({ max: 20 }), fc.constant(null))
  fc.assert(
    fc.property(fc.array(delivery), (deliveries) => {
      const store = new DocumentStore()
      let highest = -1
      for (const v of deliveries) {
        store.apply({ path, data: v === null ? null : gate({ v }) })
        const shown = store.get(path)?.v
        if (shown !== undefined) expect(shown).toBeGreaterThanOrEqual(highest)
        highest = Math.max(highest, shown ?? -1)
      }
      const delivered = deliveries.filter((v) => v !== null)
      if (deliveries.at(-1) !== null && delivered.length > 0 && deliveries.every((v) => v !== null))
        expect(store.get(path)?.v).toBe(Math.max(...delivered))
    }),
  )
})

test('a document that came back with the version it was deleted with is shown again', () => {
  const store = new DocumentStore()
  store.apply({ path, data: gate({ v: 7 }) })
  store.apply({ path, data: null })
  expect(store.paths(`sites/${siteA}/gates`)).toEqual([])
  expect(store.apply({ path, data: gate({ v: 6 }) })).toBe('older')
  expect(store.apply({ path, data: gate({ v: 7 }) })).toBe('changed')
  expect(store.paths(`sites/${siteA}/gates`)).toEqual([path])
})

test('a document that is not as agreed is left out and the last good one stays', () => {
  const store = new DocumentStore()
  store.apply({ path, data: gate({ v: 1 }) })
  expect(store.apply({ path, data: { ...gate({ v: 2 }), barrierMode: 'ajar' } })).toBe('invalid')
  expect(store.get(path)?.v).toBe(1)
})

test('a collection that this console does not know yet is passed over in silence', () => {
  expect(new DocumentStore().apply({ path: `sites/${siteA}/alerts/a1`, data: { v: 1 } })).toBe('unknown')
})

test('forgetting a site drops its documents and versions, and no other site whose id begins alike', () => {
  const store = new DocumentStore()
  store.apply({ path: 'sites/s1', data: site({ v: 9 }) })
  store.apply({ path: 'sites/s1/gates/g', data: gate({ v: 9 }) })
  store.apply({ path: 'sites/s10', data: site({ v: 9 }) })
  store.forget('sites/s1')
  expect([store.get('sites/s1'), store.get('sites/s1/gates/g')]).toEqual([undefined, undefined])
  expect(store.get('sites/s10')).toBeDefined()
  expect(store.apply({ path: 'sites/s1', data: site({ v: 1 }) })).toBe('changed')
})

test('a listener hears of its document or of its collection, and only when something changed', () => {
  const store = new DocumentStore()
  const heard: string[] = []
  store.subscribe(path, () => heard.push('gate'))
  store.subscribe(`sites/${siteA}/gates`, () => heard.push('gates'))
  store.subscribe(`sites/${siteA}`, () => heard.push('site'))
  store.apply({ path, data: gate({ v: 1 }) })
  store.apply({ path, data: gate({ v: 1 }) })
  store.apply({ path: `sites/${siteA}/gates/other`, data: gate({ v: 1 }) })
  expect(heard).toEqual(['gate', 'gates', 'gates'])
})
