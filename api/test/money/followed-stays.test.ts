import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'

/* Who types somebody's plate gets the quote that this somebody pays. It must not become a way to follow the car. */

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 500 })
})
afterAll(() => paying.close())

async function parked(plate: string): Promise<void> {
  await paying.park.read(site.entry, plate)
  await paying.park.passage(site.entry, 'passed')
  paying.park.wait(45)
}

const typed = async (plate: string): Promise<string> =>
  (await paying.park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json().quote.id

const shown = async (quoteId: string, query = '') =>
  (await paying.park.app.inject(`/v1/quotes/${quoteId}${query}`)).json()

/** The way back from the provider, as it was told. */
async function wayBack(quoteId: string): Promise<URL> {
  await paying.park.post(`/v1/quotes/${quoteId}/checkout`, undefined, { provider: 'stripe' })
  const { request } = await paying.park.row(
    `select request from outbound_calls where subject_id = $1 and kind = 'checkout'`,
    [quoteId],
  )
  return new URL(request.successUrl)
}

const nowhere = { gate: null, left: false }

test('by a typed plate nobody learns that its car stands at the exit, nor that it left; the address at the exit shows both', async () => {
  const plate = 'FS 10001'
  await parked(plate)
  const quoteId = await typed(plate)
  const { quote } = await paying.park.read(site.exit, plate)
  expect(quote!.id).toBe(quoteId)
  expect(await typed(plate)).toBe(quoteId)
  const { search } = new URL(quote!.payUrl)
  expect(await shown(quoteId)).toMatchObject({ state: 'open', amountMinor: 200, leaveBy: null, ...nowhere })
  expect(await shown(quoteId, search)).toMatchObject({ gate: { openCommand: null }, left: false })

  await paying.park.pay(quoteId, 200)
  const paid = await shown(quoteId)
  expect(paid).toMatchObject({ state: 'paid', leaveBy: expect.any(String), ...nowhere })
  expect(paid.receiptIds).toHaveLength(1)
  expect(await shown(quoteId, search)).toMatchObject({ leaveBy: paid.leaveBy, gate: { openCommand: 'sent' } })

  await paying.park.passage(site.exit, 'passed')
  expect(await shown(quoteId)).toMatchObject(nowhere)
  expect(await shown(quoteId, search)).toMatchObject({ gate: null, left: true })
})

test('who paid by a typed plate follows the barrier from where the provider sent them back to', async () => {
  const plate = 'FS 20002'
  await parked(plate)
  const quoteId = await typed(plate)
  const back = await wayBack(quoteId)
  expect(back.pathname).toBe(`/pay/${quoteId}`)
  expect(back.searchParams.has('done')).toBe(true)
  await paying.park.pay(quoteId, 200)
  await paying.park.read(site.exit, plate)
  expect(await shown(quoteId)).toMatchObject({ state: 'paid', ...nowhere })
  expect(await shown(quoteId, back.search)).toMatchObject({ gate: { openCommand: 'sent' } })
  expect((await wayBack(quoteId)).href).toBe(back.href)
})

test('a quote that was paid by another is only said to be paid', async () => {
  const plate = 'FS 30003'
  await parked(plate)
  const first = await typed(plate)
  paying.park.wait(14.5)
  await paying.park.read(site.exit, plate)
  paying.park.wait(2)
  const { quote } = await paying.park.read(site.exit, plate)
  expect(quote!.id).not.toBe(first)
  await paying.park.pay(quote!.id, quote!.amountMinor)
  expect(await shown(first)).toMatchObject({ state: 'paid', leaveBy: null, receiptIds: [], ...nowhere })
})

test('the key of another stay, or none at all, opens nothing', async () => {
  const [mine, theirs] = ['FS 40004', 'FS 50005']
  await parked(theirs)
  const { quote: other } = await paying.park.read(site.exit, theirs)
  await paying.park.pay(other!.id, other!.amountMinor)
  await paying.park.passage(site.exit, 'passed')
  await parked(mine)
  const { quote } = await paying.park.read(site.exit, mine)
  const keys = [new URL(other!.payUrl).searchParams.get('key')!, randomUUID(), quote!.id]
  for (const key of keys) expect(await shown(quote!.id, `?key=${key}`)).toMatchObject({ state: 'open', ...nowhere })
  expect((await paying.park.app.inject(`/v1/quotes/${quote!.id}?key=x`)).statusCode).toBe(400)
})
