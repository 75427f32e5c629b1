import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { TariffRules } from '@turnpike/contracts/tariff.ts'

const minute = 60_000
const day = 24 * 60 * minute

export type Price = { amountMinor: number; lines: QuoteLine[] }

/**
 * What a stay from `from` to `to` costs, in minor units, with the lines that explain it. A stay inside the free minutes costs
 * nothing; a longer one is charged from its first minute, in started increments, capped for every started 24 hours.
 */
export function priceStay(rules: TariffRules, from: Date, to: Date): Price {
  const elapsed = to.getTime() - from.getTime()
  if (elapsed <= rules.freeMinutes * minute) return { amountMinor: 0, lines: [] }
  const fullDays = Math.floor(elapsed / day)
  const lines: QuoteLine[] = []
  const fullDay = priceWithinDay(rules, day)
  if (fullDays > 0) lines.push({ text: `${fullDays} × 24 h`, amountMinor: fullDays * fullDay.amountMinor })
  const rest = priceWithinDay(rules, elapsed - fullDays * day)
  if (rest.increments > 0) lines.push({ text: rest.text, amountMinor: rest.amountMinor })
  return { amountMinor: lines.reduce((sum, line) => sum + line.amountMinor, 0), lines }
}

function priceWithinDay(rules: TariffRules, elapsed: number) {
  const increments = Math.ceil(elapsed / (rules.incrementMinutes * minute))
  const uncapped = increments * rules.incrementMinor
  const text = `${increments} × ${rules.incrementMinutes} min`
  if (rules.dayCapMinor === null || uncapped <= rules.dayCapMinor) return { increments, amountMinor: uncapped, text }
  return { increments, amountMinor: rules.dayCapMinor, text: `${text}, at most one day's price` }
}
