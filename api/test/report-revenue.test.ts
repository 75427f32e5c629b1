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
  await park.database.db.insert(tables.payments).values({
    id: randomUUID(),
    siteId,
    provider,
    factId: randomUUID(),
    quoteId: quoteId ?? null,
    amountMinor,
    currency,
    capturedAt: new Date(capturedAt),
  })
}

/** All payments that the list has of a site and a time, page by page. */
const listed = (siteId: string, since: string, until: string) =>
  staffed.admin.all<PaymentItem>(`/v1/payments?siteId=${siteId}&since=${since}&until=${until}&limit=7`)
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

test('whatever was paid when: the buckets, their lines, the total and the table add up to the payments listed', async () => {
  const payment = fc.record({
    minute: fc.integer({ min: 0, max: 60 * 24 * 60 }),
    amountMinor: fc.integer({ min: 1, max: 99_999_999 }),
    provider: fc.constantFrom<'stripe' | 'paypal'>('stripe', 'paypal'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(payment, { maxLength: 30 }), fc.nat(50 * 24 * 60), async (payments, after) => {
      const begin = Date.parse('2026-02-15T00:00:00Z')
      const { id } = await park.site({ timeZone: 'America/New_York', currency: 'USD' })
      for (const { minute, ...rest } of payments)
        await pay(id, { ...rest, capturedAt: new Date(begin + minute * 60_000).toISOString() }, 'USD')
      const from = new Date(begin + after * 60_000).toISOString()
      const to = new Date(begin + (after + 9 * 24 * 60) * 60_000).toISOString()

      const paid = await listed(id, from, to)
      const query = `siteId=${id}&from=${from}&to=${to}`
      const { items, total } = await report(query)
      expect([total.count, total.grossMinor]).toEqual([paid.length, sum(paid.map((p) => p.amountMinor))])
      expect(sum(items.map((item) => item.grossMinor))).toBe(total.grossMinor)
      for (const { start, end, count, grossMinor, lines } of items) {
        const inside = paid.filter(({ capturedAt }) => start <= capturedAt && capturedAt < end)
        expect([count, grossMinor]).toEqual([inside.length, sum(inside.map((p) => p.amountMinor))])
        for (const provider of ['stripe', 'paypal'])
          expect(sum(lines.filter((line) => line.provider === provider).map((line) => line.grossMinor))).toBe(
            sum(inside.filter((p) => p.provider === provider).map((p) => p.amountMinor)),
          )
      }
      const [header, ...rows] = (await get(`${query}&format=csv`)).body.trimEnd().split('\r\n')
      expect(header).toBe('period,start,end,provider,vatPercent,count,gross,vat,currency')
      const cells = rows.map((row) => row.split(','))
      expect(sum(cells.map((row) => Number(row[5])))).toBe(paid.length)
      expect(sum(cells.map((row) => Math.round(Number(row[6]) * 100)))).toBe(total.grossMinor)
      for (const row of cells) expect(row[6]).toMatch(/^\d+\.\d\d$/)
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
      { provider: 'stripe', vatPercent: percent, count: 1, grossMinor: quote.amountMinor, vatMinor },
    ])
  })

  test('is not made up where the tariff names none', async () => {
    const { site, quote } = await paidStay(null)
    expect(await line(site)).toEqual([
      { provider: 'stripe', vatPercent: null, count: 1, grossMinor: quote.amountMinor, vatMinor: null },
    ])
  })

  test('is rounded for each payment, as receipts are, and not once for their sum', async () => {
    const { site, quote } = await paidStay({ percent: '19', included: true }, 15)
    expect(quote.amountMinor).toBe(100)
    const capturedAt = park.clock.now.toISOString()
    for (let i = 0; i < 9; i++) await pay(site.id, { capturedAt, amountMinor: 100, quoteId: quote.id })
    expect(await line(site)).toMatchObject([{ count: 10, grossMinor: 1_000, vatMinor: 10 * 16 }])
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
      'period,start,end,provider,vatPercent,count,gross,vat,currency\r\n' +
        '2026-05-02,2026-05-01T15:00:00.000Z,2026-05-02T15:00:00.000Z,stripe,,1,1250,,JPY\r\n',
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
