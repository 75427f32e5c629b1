import type { WrittenTariff } from '@turnpike/contracts/tariff.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

// It is 9:00 UTC: ten in Berlin, but 18:00 in Tokyo.
const evening: WrittenTariff = {
  version: 1,
  bands: [{ name: 'Evening', from: '18:00', to: '24:00', rate: { kind: 'flat', amountMinor: 700 } }],
  rate: { kind: 'steps', steps: [{ minutes: 60, amountMinor: 200 }] },
  vat: { percent: '10', included: false },
}

test('a stay is priced by the clock and in the currency of its site, the same at the exit and on the driver’s phone', async () => {
  const tokyo = await park.site({ timeZone: 'Asia/Tokyo', currency: 'JPY', tariff: evening })
  const berlin = await park.site({ tariff: evening })
  await park.read(tokyo.entry, 'TZ 1')
  await park.passage(tokyo.entry, 'passed')
  await park.read(berlin.entry, 'TZ 1')
  await park.passage(berlin.entry, 'passed')
  park.wait(90)

  const there = await park.read(tokyo.exit, 'TZ 1')
  expect(there.quote).toMatchObject({ amountMinor: 770, currency: 'JPY' })
  const here = await park.read(berlin.exit, 'TZ 1')
  expect(here.quote).toMatchObject({ amountMinor: 440, currency: 'EUR' })

  const { quote } = (await park.post('/v1/quotes', undefined, { siteId: tokyo.id, plate: 'TZ 1' })).json()
  expect(quote).toMatchObject({
    amountMinor: 770,
    lines: [
      {
        text: 'Evening 18:00–24:00, flat',
        amountMinor: 700,
        detail: {
          code: 'flat',
          params: { count: 1, unitMinor: 700, band: { name: 'Evening', from: '18:00', to: '24:00' } },
        },
      },
      { text: 'VAT 10 %', amountMinor: 70, detail: { code: 'vat_added', params: { percent: '10' } } },
    ],
  })
})

test('what a prepaid site asks at the entry carries its VAT', async () => {
  const site = await park.site({ unknownVehiclePolicy: 'prepaid', tariff: { ...evening, prepaidMinor: 500 } })
  const { quote } = await park.read(site.entry, 'PP 9')
  expect(quote).toMatchObject({ amountMinor: 550 })
  const { lines } = (await park.app.inject(`/v1/quotes/${quote!.id}`)).json()
  expect(lines).toMatchObject([
    { text: 'Entry', amountMinor: 500 },
    { text: 'VAT 10 %', amountMinor: 50 },
  ])
})
