import type { BillNow } from '@turnpike/contracts/session-bill.ts'
import { type Site, type Stay, settle } from './bill.ts'
import type { Facts } from './facts.ts'

/** What a stay would be asked for at `at`, as operators are shown it. */
export function billNowOf(stay: Stay, tariff: Facts['tariff'], site: Site, at: Date): BillNow {
  const bill = settle(stay, tariff, site, at)
  const ofSite = { at: at.toISOString(), currency: site.currency }
  return bill.kind === 'settled'
    ? { ...ofSite, owedMinor: 0, lines: [], settledBy: bill.reason, needsReview: stay.needsReview }
    : { ...ofSite, owedMinor: bill.amountMinor, lines: bill.lines, settledBy: null, needsReview: bill.needsReview }
}
