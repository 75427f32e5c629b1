import { readFileSync } from 'node:fs'
import { currencyDecimals } from '@turnpike/contracts/currency-decimals.ts'
import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { priceStay } from '../../../src/domain/tariff/price-stay.ts'

/*
 * `docs/tariffs.md` is executed: a section with a site, a tariff and a table is an example, and each row of its table a test. "Because"
 * gives the lines of the price, with their amounts where there are several.
 */

const document = readFileSync(new URL('../../../../docs/tariffs.md', import.meta.url), 'utf8')
const examples = document
  .split(/^## /m)
  .filter((section) => section.includes('```json'))
  .map((section) => {
    const [, timeZone, currency] = /Site: ([\w/]+), ([A-Z]{3})\./.exec(section)!
    const json = /```json\n([\s\S]*?)```/.exec(section)![1]!
    const rows = [...section.matchAll(/^\| (\w{3} \d[^|]*) \| ([^|]*) \| ([^|]*) \|([^|]*)\|$/gm)].map((row) =>
      row.slice(1).map((cell) => cell.trim()),
    ) as [arrives: string, leaves: string, costs: string, because: string][]
    return { name: section.split('\n')[0]!, timeZone: timeZone!, currency: currency!, json, rows }
  })

test('the document has its examples', () => {
  expect(examples.map(({ rows }) => rows.length)).toHaveLength(10)
  expect(Math.min(...examples.map(({ rows }) => rows.length))).toBeGreaterThanOrEqual(3)
})

describe.each(examples)('$name', ({ timeZone, currency, json, rows }) => {
  const rules = tariffRules.parse(JSON.parse(json))

  test.each(rows)('from %s to %s costs %s', (arrives, leaves, costs, because) => {
    const price = priceStay(rules, { timeZone, currency }, instant(arrives, timeZone), instant(leaves, timeZone))
    expect(decimal(price.amountMinor, currency)).toBe(costs)
    const paid = price.lines.filter(({ amountMinor }) => amountMinor > 0)
    const lines = price.lines.map(({ text, amountMinor }) =>
      amountMinor > 0 && paid.length > 1 ? `${text} (${decimal(amountMinor, currency)})` : text,
    )
    expect(lines.join('; ')).toBe(because)
  })
})

/** "Mon 2026-03-02 09:00" on a site's clock; the weekday is there for readers, and must be right. */
function instant(text: string, timeZone: string): Date {
  const [weekday, date, time] = text.split(' ')
  const at = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone, { disambiguation: 'reject' })
  expect(at.toPlainDate().toLocaleString('en', { weekday: 'short' })).toBe(weekday)
  return new Date(at.epochMilliseconds)
}

function decimal(amountMinor: number, currency: string): string {
  const decimals = currencyDecimals(currency)
  return (amountMinor / 10 ** decimals).toFixed(decimals)
}
