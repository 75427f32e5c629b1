import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { startApi } from '../core-process.ts'
import { carThatWaits, stripePayment } from './by-the-real-clock.ts'

/* What one process remembers, another does not: two of them as they ship, behind one address. */

const secret = 'whsec_of_the_test'
let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

test('a payment told fifty times at once to two processes is one inbox row, one payment and one open (failure 8)', {
  timeout: 60_000,
}, async () => {
  const start = () => startApi(park.testDatabase.appUrl, { STRIPE_WEBHOOK_SECRET: secret })
  const apis = await Promise.all([start(), start()])
  const { quoteId } = await carThatWaits(park, site)
  const { fact, eventId, send } = stripePayment(quoteId, secret)
  const tell = async (n: number) => (await send(`${apis[n % 2]!.url}/webhooks/stripe`)).json()
  const told = (await Promise.all(Array.from({ length: 50 }, (_, n) => tell(n)))) as { result: string }[]
  const results = told.map(({ result }) => result).toSorted()
  expect(results).toEqual(['applied', ...Array.from({ length: 49 }, () => 'duplicate')])
  expect(await park.count('payment_events where event_id like $1', [`${eventId}%`])).toBe(1)
  expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
  expect(await park.count('commands where gate_id = $1', [site.exit.gateId])).toBe(1)
})
