import { randomUUID } from 'node:crypto'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import type { RevenueReport } from '@turnpike/contracts/report.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as tables from '../src/db/schema.ts'
import { type CarPark, plainTariff, type Site } from './car-park.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
})
afterAll(() => staffed.close())

const get = (query: string) => staffed.admin.get(`/v1/reports/revenue?${query}`)
const report = (query: string): Promise<RevenueReport> => staffed.admin.expect(200, get(query))

type Payment = { capturedAt: string; amountMinor: number; provider?: 'stripe' | 'paypal'; quoteId?: string }
async function pay(
  siteId: string,
  { capturedAt, amountMinor, provider = 'stripe', quoteId }: Payment,
  currency = 'EUR',
) {
  const id = randomUUID()
  await park.database.db.insert(tables.payments).values({
    id,
    siteId,
    provider,
    factId: id,
    quoteId: quoteId ?? null,
    amountMinor,
    currency,
    capturedAt: new Date(capturedAt),
  })
  return id
}

type Refund = { occurredAt: string; amountMinor: number; state?: 'pending' | 'succeeded' | 'failed'; currency?: string }
/** `paymentId` null: its payment has not come. */
async function refund(
  paymentId: string | null,
  { occurredAt, state = 'succeeded', currency = 'EUR', ...said }: Refund,
) {
  await park.database.db.insert(tables.refunds).values({
    id: randomUUID(),
    provider: 'stripe',
    factId: randomUUID(),
    paymentFactId: paymentId ?? randomUUID(),
    paymentId,
    state,
    currency,
    occurredAt: new Date(occurredAt),
    ...said,
  })
}

/** All payments that the list has of a site and a time, page by page. */
const listed = (siteId: string, since: string, until: string) =>
  staffed.admin.all<PaymentItem>(`/v1/payments?siteId=${siteId}&since=${since}&until=${until}&limit=7`)
/** Refunds that took money back, straight from the table. */
async function refundsOf(siteId: string) {
  const { rows } = await park.database.pool.query(
    `select p.provider, r.amount_minor, r.occurred_at, r.state, r.currency = p.currency as same_currency
     from refunds r join payments p on p.id = r.payment_id where p.site_id = $1`,
    [siteId],
  )
  return rows
    .filter((row) => row.state === 'succeeded' && row.same_currency)
    .map((row) => ({
      provider: row.provider as string,
      amountMinor: row.amount_minor as number,
      occurredAt: (row.occurred_at as Date).toISOString(),
    }))
}
const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0)

describe('what was paid in a night on which the clock is changed', () => {
  let site: Site
  beforeAll(async () => {
    site = await park.site()
    for (const [capturedAt, amountMinor] of [
      ['2026-03-28T22:59:59.999Z', 1], // 23:59:59 on Saturday
      ['2026-03-28T23:00:00Z', 10],
      ['2026-03-29T21:59:59.999Z', 100], // 23:59:59 on Sunday, which has 23 hours
      ['2026-03-29T22:00:00Z', 1_000],
      ['2026-10-24T21:59:59.999Z', 1],
      ['2026-10-24T22:00:00Z', 10],
      ['2026-10-25T22:59:59.999Z', 100], // Sunday has 25 hours
      ['2026-10-25T23:00:00Z', 1_000],
    ] as const)
      await pay(site.id, { capturedAt, amountMinor })
  })

  test.each([
    ['spring', '2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', ['2026-03-28', '2026-03-29', '2026-03-30'], 23],
    ['autumn', '2026-10-23T22:00:00Z', '2026-10-26T23:00:00Z', ['2026-10-24', '2026-10-25', '2026-10-26'], 25],
  ])('belongs to the day that the site’s calendar showed, in %s', async (_, from, to, days, hours) => {
    const { items, total, timeZone, currency } = await report(`siteId=${site.id}&from=${from}&to=${to}&bucket=day`)
    expect(items.map(({ period, count, grossMinor }) => [period, count, grossMinor])).toEqual([
      [days[0], 1, 1],
      [days[1], 2, 110],
      [days[2], 1, 1_000],
    ])
    expect(Date.parse(items[1]!.end) - Date.parse(items[1]!.start)).toBe(hours * 3_600_000)
    expect([total.count, total.grossMinor, timeZone, currency]).toEqual([4, 1_111, 'Europe/Berlin', 'EUR'])
  })

  test('is added up by month as well, the first and the last cut off where the report begins and ends', async () => {
    const { items } = await report(`siteId=${site.id}&from=2026-03-29T00:00:00Z&to=2026-10-25T00:00:00Z&bucket=month`)
    expect(items.map(({ period, grossMinor }) => [period, grossMinor])).toEqual([
      ['2026-03', 1_100],
      ['2026-04', 0],
      ['2026-05', 0],
      ['2026-06', 0],
      ['2026-07', 0],
      ['2026-08', 0],
      ['2026-09', 0],
      ['2026-10', 11],
    ])
    expect(items[0]!.start).toBe('2026-03-29T00:00:00.000Z')
    expect(items.at(-1)!.end).toBe('2026-10-25T00:00:00.000Z')
  })
})

test('whatever was paid and refunded when: the buckets, their lines, the total and the table add up to the payments listed and the refunds stored', async () => {
  const begin = Date.parse('2026-02-15T00:00:00Z')
  const at = (minute: number) => new Date(begin + minute * 60_000).toISOString()
  const amountMinor = fc.integer({ min: 1, max: 99_999_999 })
  const refundMade = fc.record({
    daysLater: fc.nat(20),
    amountMinor,
    state: fc.constantFrom('succeeded', 'succeeded', 'pending', 'failed'),
    currency: fc.constantFrom('USD', 'USD', 'USD', 'EUR'),
  })
  const payment = fc.record({
    minute: fc.nat(60 * 24 * 60),
    amountMinor,
    provider: fc.constantFrom<'stripe' | 'paypal'>('stripe', 'paypal'),
    refunds: fc.array(refundMade, { maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(payment, { maxLength: 30 }), fc.nat(50 * 24 * 60), async (payments, after) => {
      const { id } = await park.site({ timeZone: 'America/New_York', currency: 'USD' })
      for (const { minute, refunds, ...rest } of payments) {
        const paymentId = await pay(id, { ...rest, capturedAt: at(minute) }, 'USD')
        for (const { daysLater, ...said } of refunds)
          await refund(paymentId, { ...said, occurredAt: at(minute + daysLater * 24 * 60) })
      }
      await refund(null, { occurredAt: at(after + 60), amountMinor: 7, currency: 'USD' })
      const [from, to] = [at(after), at(after + 9 * 24 * 60)]

      const paid = await listed(id, from, to)
      const refunded = (await refundsOf(id)).filter(({ occurredAt }) => from <= occurredAt && occurredAt < to)
      const sumsOf = (inside: typeof paid, back: typeof refunded) => {
        const grossMinor = sum(inside.map((p) => p.amountMinor))
        const refundedMinor = sum(back.map((r) => r.amountMinor))
        const netMinor = grossMinor - refundedMinor
        return { count: inside.length, grossMinor, refundCount: back.length, refundedMinor, netMinor }
      }
      const query = `siteId=${id}&from=${from}&to=${to}`
      const { items, total } = await report(query)
      expect(total).toMatchObject(sumsOf(paid, refunded))
      for (const { start, end, lines, ...sums } of items) {
        const inside = paid.filter(({ capturedAt }) => start <= capturedAt && capturedAt < end)
        const back = refunded.filter(({ occurredAt }) => start <= occurredAt && occurredAt < end)
        expect(sums).toMatchObject(sumsOf(inside, back))
        for (const provider of ['stripe', 'paypal']) {
          const of = (each: { provider: string }) => each.provider === provider
          const expected = sumsOf(inside.filter(of), back.filter(of))
          const isNone = expected.count + expected.refundCount === 0
          expect(lines.filter(of)).toMatchObject(isNone ? [] : [expected])
        }
      }
      expect(sum(items.map((item) => item.netMinor))).toBe(total.netMinor)
      const [header, ...rows] = (await get(`${query}&format=csv`)).body.trimEnd().split('\r\n')
      expect(header).toBe(
        'period,start,end,provider,vatPercent,count,gross,vat,refundCount,refunded,refundedVat,net,currency',
      )
      const column = (name: string) => rows.map((row) => row.split(',')[header!.split(',').indexOf(name)]!)
      for (const [name, expected] of [
        ['count', total.count],
        ['refundCount', total.refundCount],
      ] as const)
        expect(sum(column(name).map(Number))).toBe(expected)
      for (const [name, expected] of [
        ['gross', total.grossMinor],
        ['refunded', total.refundedMinor],
        ['net', total.netMinor],
      ] as const) {
        for (const cell of column(name)) expect(cell).toMatch(/^-?\d+\.\d\d$/)
        expect(sum(column(name).map((cell) => Math.round(Number(cell) * 100)))).toBe(expected)
      }
    }),
    { numRuns: 15 },
  )
})

describe('the VAT in what was paid', () => {
  async function paidStay(vat: { percent: string; included: boolean } | null, minutes = 45) {
    const site = await park.site({ tariff: { ...plainTariff, vat } })
    await park.read(site.entry, 'VAT 1')
    await park.passage(site.entry, 'passed')
    park.wait(minutes)
    const { quote } = await park.read(site.exit, 'VAT 1')
    await park.pay(quote!.id, quote!.amountMinor)
    const { lines } = (await park.app.inject(`/v1/quotes/${quote!.id}`)).json()
    const said = lines.find((line: { detail: { code: string } }) => line.detail.code.startsWith('vat_'))
    return { site, quote: quote!, vatMinor: said?.detail.params.vatMinor ?? said?.amountMinor ?? null }
  }
  const paidOnce = (grossMinor: number) => ({
    count: 1,
    grossMinor,
    refundCount: 0,
    refundedMinor: 0,
    netMinor: grossMinor,
  })
  const line = async ({ id }: Site) => (await report(`siteId=${id}`)).total.lines

  test.each([
    ['19', true],
    ['19', false],
    ['8.875', false],
    ['7.7', true],
  ])('of %s %%, included: %s, is what the driver’s quote said', async (percent, included) => {
    const { site, quote, vatMinor } = await paidStay({ percent, included })
    expect(vatMinor).toBeGreaterThan(0)
    expect(await line(site)).toEqual([
      { provider: 'stripe', vatPercent: percent, ...paidOnce(quote.amountMinor), vatMinor, refundedVatMinor: 0 },
    ])
  })

  test('is not made up where the tariff names none', async () => {
    const { site, quote } = await paidStay(null)
    expect(await line(site)).toEqual([
      { provider: 'stripe', vatPercent: null, ...paidOnce(quote.amountMinor), vatMinor: null, refundedVatMinor: null },
    ])
  })

  test('is rounded for each payment, as receipts are, and not once for their sum', async () => {
    const { site, quote } = await paidStay({ percent: '19', included: true }, 15)
    expect(quote.amountMinor).toBe(100)
    const capturedAt = park.clock.now.toISOString()
    for (let i = 0; i < 9; i++) await pay(site.id, { capturedAt, amountMinor: 100, quoteId: quote.id })
    expect(await line(site)).toMatchObject([{ count: 10, grossMinor: 1_000, vatMinor: 10 * 16 }])
  })

  test('goes back with a refund, which is of the day that it was made on and of the rate that was paid', async () => {
    const { site, quote } = await paidStay({ percent: '19', included: true })
    const { id } = await park.row('select id from payments where quote_id = $1', [quote.id])
    park.wait(2 * 24 * 60)
    await refund(id, { occurredAt: park.clock.now.toISOString(), amountMinor: 119 })
    expect(await line(site)).toEqual([
      {
        provider: 'stripe',
        vatPercent: '19',
        count: 0,
        grossMinor: 0,
        vatMinor: 0,
        refundCount: 1,
        refundedMinor: 119,
        netMinor: -119,
        refundedVatMinor: 19,
      },
    ])
    const [, row] = (await get(`siteId=${site.id}&format=csv`)).body.trimEnd().split('\r\n')
    expect(row).toMatch(/,stripe,19,0,0\.00,0\.00,1,1\.19,0\.19,-1\.19,EUR$/)
  })
})

describe('a report', () => {
  let site: Site
  beforeAll(async () => {
    site = await park.site({ timeZone: 'Asia/Tokyo', currency: 'JPY' })
  })

  test('that is asked for no time is of today at the site', async () => {
    park.clock.now = new Date('2026-05-01T16:00:00Z') // the second of May in Tokyo
    const { from, to, items } = await report(`siteId=${site.id}`)
    expect([from, to]).toEqual(['2026-05-01T15:00:00.000Z', '2026-05-02T15:00:00.000Z'])
    expect(items).toMatchObject([{ period: '2026-05-02', count: 0, grossMinor: 0, lines: [] }])
  })

  test('of a currency without decimals has none in its table either', async () => {
    await pay(site.id, { capturedAt: '2026-05-01T16:00:00Z', amountMinor: 1_250 }, 'JPY')
    expect((await get(`siteId=${site.id}&format=csv`)).body).toBe(
      'period,start,end,provider,vatPercent,count,gross,vat,refundCount,refunded,refundedVat,net,currency\r\n' +
        '2026-05-02,2026-05-01T15:00:00.000Z,2026-05-02T15:00:00.000Z,stripe,,1,1250,,0,0,,1250,JPY\r\n',
    )
  })

  test.each([
    ['application/json, text/csv;q=0.5', '', 'application/json'],
    ['text/csv', '', 'text/csv'],
    ['text/csv;q=0.5, application/json;q=0.9', '', 'application/json'],
    ['*/*', '', 'application/json'],
    ['text/html', '', 'application/json'],
    [undefined, '', 'application/json'],
    ['application/json', '&format=csv', 'text/csv'],
    ['text/csv', '&format=json', 'application/json'],
  ])('accepted as %s and asked for with "%s" is %s', async (accept, query, type) => {
    const { token } = staffed.adminOperator
    const response = await park.app.inject({
      url: `/v1/reports/revenue?siteId=${site.id}${query}`,
      headers: { authorization: `Bearer ${token}`, ...(accept === undefined ? {} : { accept }) },
    })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe(`${type}; charset=utf-8`)
    expect(response.headers.vary).toMatch(/\baccept\b/i)
    expect(response.headers['content-disposition']).toBe(
      type === 'text/csv' ? 'attachment; filename="revenue.csv"' : undefined,
    )
  })

  test.each([
    ['no site', () => ''],
    ['a site that is none', () => `siteId=${randomUUID()}`, 404],
    ['an end before its beginning', () => `siteId=${site.id}&from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z`],
    ['no time at all', () => `siteId=${site.id}&from=2026-05-02T00:00:00Z&to=2026-05-02T00:00:00Z`],
    ['more than 400 days', () => `siteId=${site.id}&from=2026-01-01T00:00:00Z&to=2027-02-05T00:00:01Z`],
    ['hours', () => `siteId=${site.id}&bucket=hour`],
    ['something that is not known', () => `siteId=${site.id}&groupBy=gate`],
    ['another format', () => `siteId=${site.id}&format=pdf`],
  ] as [string, () => string, number?][])('asked for with %s is refused', async (_what, query, status = 400) => {
    const response = await get(query())
    expect(response.statusCode, response.body).toBe(status)
    expect(response.headers['content-type']).toContain('application/problem+json')
  })
})
