import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

/* A bookkeeper looks for the receipt that is missing between two others. */

let paying: PayingPark
beforeAll(async () => {
  paying = await openPayingPark()
})
afterAll(() => paying.close())

const numbersOf = async (site: Site): Promise<number[]> => {
  const sql = 'select receipt_number as number from payments where site_id = $1 order by receipt_number'
  const { rows } = await paying.park.database.pool.query(sql, [site.id])
  return rows.map(({ number }) => number)
}

test('receipts are numbered from 1 within each site, without a gap, however many payments are told of at once and how often', async () => {
  const { park } = paying
  const sites = [await park.site({ capacity: 100 }), await park.site({ capacity: 100 })]
  const cars: Awaited<ReturnType<typeof paying.carThatOwes>>[] = []
  for (const site of sites)
    for (let n = 0; n < 8; n += 1) cars.push(await paying.carThatOwes(site, `RN ${sites.indexOf(site)}${n}7`))
  const tellOf = ({ quoteId, fact }: (typeof cars)[number]) => park.pay(quoteId, 200, { factId: fact })
  const told = await Promise.all([...cars, ...cars].map(tellOf))
  expect(told.map(({ statusCode }) => statusCode)).toEqual(told.map(() => 200))
  for (const site of sites) expect(await numbersOf(site)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
})

test('what pays a stay and what pays a period are counted together, and what was taken back leaves no gap', async () => {
  const { park } = paying
  const site = await park.site({ capacity: 100 })
  const first = await paying.carThatOwes(site, 'RN 301')
  const second = await paying.carThatOwes(site, 'RN 302')
  await park.pay(first.quoteId, 200)
  await takenBack(site)
  const { id, objectId } = await paying.bought(site, 'RN 303')
  const period = { subscriptionObjectId: objectId, reference: id, amountMinor: 8900, currency: 'EUR' }
  const capture = { kind: 'payment_captured', factId: 'pi_of_a_period', capturedAt: park.clock.now.toISOString() }
  await park.notify('invoice.paid', { ...capture, ...period })
  await park.pay(second.quoteId, 200)
  expect(await numbersOf(site)).toEqual([1, 2, 3])
  const { receiptIds } = (await park.app.inject(`/v1/quotes/${second.quoteId}`)).json()
  const receipt = (await park.app.inject(`/v1/public/receipts/${receiptIds[0]}`)).json()
  expect(receipt).toMatchObject({ number: 3, amountMinor: 200 })
})

test('a receipt says who issues it, of a stay and of a period; where the site does not say, nobody', async () => {
  const { park } = paying
  const issuer = 'Rosengarten Parkhaus GmbH\nRosengartenstraße 12\nUSt-IdNr. DE 123 456 789'
  const [named, unnamed] = [await park.site({ receiptIssuer: issuer }), await park.site()]
  const receiptOf = async (payment: string) => {
    const { rows } = await park.database.pool.query('select id from payments where fact_id = $1', [payment])
    return (await park.app.inject(`/v1/public/receipts/${rows[0].id}`)).json()
  }
  for (const [site, plate, said] of [
    [named, 'RI 401', issuer],
    [unnamed, 'RI 402', null],
  ] as const) {
    const { quoteId, fact } = await paying.carThatOwes(site, plate)
    await park.pay(quoteId, 200, { factId: fact })
    expect(await receiptOf(fact)).toMatchObject({ what: 'stay', issuer: said })
  }
  const { id, objectId } = await paying.bought(named, 'RI 403')
  const period = { subscriptionObjectId: objectId, reference: id, amountMinor: 8900, currency: 'EUR' }
  const capture = { kind: 'payment_captured', factId: 'pi_of_a_month', capturedAt: park.clock.now.toISOString() }
  await park.notify('invoice.paid', { ...capture, ...period })
  expect(await receiptOf('pi_of_a_month')).toMatchObject({ what: 'subscription', issuer })
})

/** A payment whose transaction fails after it had its number. */
async function takenBack(site: Site): Promise<void> {
  const client = await paying.park.database.pool.connect()
  try {
    await client.query('begin')
    await client.query(
      `insert into payments (id, site_id, provider, fact_id, amount_minor, currency, captured_at)
       values (gen_random_uuid(), $1, 'stripe', 'pi_taken_back', 200, 'EUR', now())`,
      [site.id],
    )
    await client.query('set constraints all immediate')
    await client.query('rollback')
  } finally {
    client.release()
  }
}
