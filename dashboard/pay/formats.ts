import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { formatMoney } from '../src/format/money.ts'
import { priceLine } from '../src/format/price-line.ts'
import { sameDay, timeOfDay } from '../src/format/time.ts'
import { locale, words } from './language.ts'

/** Times and sums as this driver writes them; times are the site's. */

export const money = (amountMinor: number, currency: string) => formatMoney(amountMinor, currency, locale())

export const lineText = (line: QuoteLine, currency: string) =>
  priceLine(line, words().line, (amountMinor) => money(amountMinor, currency))

export const clock = (instant: string, timeZone: string) => timeOfDay(instant, timeZone, locale())

/** "14:35", with the day before it where that is another than `today`. */
export function clockWithDay(instant: string, today: string, timeZone: string): string {
  if (sameDay(instant, today, timeZone)) return clock(instant, timeZone)
  return `${new Date(instant).toLocaleDateString(locale(), { timeZone, day: 'numeric', month: 'short' })}, ${clock(instant, timeZone)}`
}

/** "25 November 2026". Without a zone it is this phone's day. */
export function day(instant: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone }
  return new Date(instant).toLocaleDateString(locale(), { ...zone, day: 'numeric', month: 'long', year: 'numeric' })
}

export function dayAndClock(instant: string, timeZone: string): string {
  return `${day(instant, timeZone)}, ${clock(instant, timeZone)}`
}
