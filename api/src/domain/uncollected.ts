import type { DecisionMode, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { UncollectedCause } from '@turnpike/contracts/report.ts'
import type { SessionState } from '@turnpike/contracts/session.ts'
import { type BilledStay, billOf } from './bill.ts'
import type { Facts } from './facts.ts'

/** A stay that is over, with the answer that its vehicle got at the exit, if it was seen there. */
export type EndedStay = BilledStay & {
  state: SessionState
  /** That it has left may have shown only later, when the next one stood there: then the stay ended. */
  letOutAt: Date
  exit: { outcome: Outcome; reason: ReasonCode; mode: DecisionMode; openedByOperator: boolean } | null
}

export type Uncollected = {
  cause: UncollectedCause
  priceMinor: number
  owedMinor: number
  lines: QuoteLine[]
}

/** What an ended stay owed when its vehicle was let out and never paid, and how it came to leave; null: nothing, as when it turned back. */
export function uncollectedOf(
  stay: EndedStay,
  tariff: Facts['tariff'],
  site: { timeZone: string; currency: string },
): Uncollected | null {
  if (stay.state === 'void') return null
  const bill = billOf(stay, tariff, site, stay.letOutAt)
  if (bill.kind === 'settled') return null
  const { amountMinor: owedMinor, lines } = bill
  return { cause: causeOf(stay), priceMinor: owedMinor + stay.paidMinor, owedMinor, lines }
}

function causeOf({ state, exit }: EndedStay): UncollectedCause {
  if (state === 'missed_exit') return 'missed_exit'
  if (exit === null) return 'drove_out'
  if (exit.mode === 'fallback') return 'fallback'
  if (exit.reason === 'held_open') return 'held_open'
  if (exit.outcome === 'ALLOW') return 'let_out'
  return exit.openedByOperator ? 'operator' : 'drove_out'
}
