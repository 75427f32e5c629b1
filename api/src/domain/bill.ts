import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { Facts, SessionFacts } from './facts.ts'
import { toQuoteLine } from './tariff/line-text.ts'
import { priceStay } from './tariff/price-stay.ts'

/** What of a session its bill depends on. */
export type BilledStay = Pick<
  SessionFacts,
  'openedAt' | 'subscriptionId' | 'coveredUntil' | 'paidUntil' | 'paidMinor' | 'adjustedMinor'
>

/** And what makes the bill one to look at. */
export type Stay = BilledStay & Pick<SessionFacts, 'needsReview' | 'readAtEntrySince' | 'readElsewhereSince'>

type Priced = Pick<Facts['site'], 'timeZone' | 'currency'>
export type Site = Priced & Pick<Facts['site'], 'plausibleAmountMinor' | 'maxStaySeconds'>

type Settled = { kind: 'settled'; reason: 'subscription' | 'paid' | 'free_period' | 'nothing_owed' }
type Owed = { kind: 'owed'; tariffId: string; amountMinor: number; lines: QuoteLine[]; chargedFrom: Date }

/** `needsReview`: somebody should look before this is asked of anybody. */
export type Bill = Settled | (Owed & { needsReview: boolean })

/** What a stay owes, or why it owes nothing, and whether somebody should look at that first. */
export function settle(stay: Stay, tariff: Facts['tariff'], site: Site, now: Date): Bill {
  const bill = billOf(stay, tariff, site, now)
  if (bill.kind === 'settled') return bill
  return { ...bill, needsReview: bill.amountMinor > site.plausibleAmountMinor || isDoubtful(stay, site, now) }
}

/**
 * Whether a stay may end now for nothing more, or what it still owes in minor units: the price up to now, as operators
 * adjusted it, less what was paid. A
 * subscription that ended during the stay covers it to its end.
 */
export function billOf(stay: BilledStay, tariff: Facts['tariff'], site: Priced, now: Date): Settled | Owed {
  const { subscriptionId, coveredUntil, paidMinor, adjustedMinor } = stay
  const covered = coverAt(stay, now)
  if (covered !== null) return { kind: 'settled', reason: covered }
  if (tariff === null) return { kind: 'settled', reason: 'nothing_owed' }
  const chargedFrom = subscriptionId !== null && coveredUntil !== null ? coveredUntil : stay.openedAt
  const price = priceStay(tariff.rules, site, chargedFrom, now)
  if (price.amountMinor === 0 && adjustedMinor <= 0) return { kind: 'settled', reason: 'free_period' }
  const amountMinor = price.amountMinor + adjustedMinor - paidMinor
  if (amountMinor <= 0) return { kind: 'settled', reason: 'nothing_owed' }
  const lines = [
    ...price.lines,
    ...(adjustedMinor === 0 ? [] : [toQuoteLine({ code: 'adjusted', params: {} }, adjustedMinor, site.currency)]),
    ...(paidMinor > 0 ? [toQuoteLine({ code: 'already_paid', params: {} }, -paidMinor, site.currency)] : []),
  ]
  return { kind: 'owed', tariffId: tariff.id, amountMinor, lines, chargedFrom }
}

/** What the stay costs up to `at`, whatever was paid for it, in minor units; nothing for as long as a subscription covers it. */
export function priceOf(
  stay: Omit<BilledStay, 'paidUntil' | 'paidMinor'>,
  tariff: Facts['tariff'],
  site: Priced,
  at: Date,
): number {
  const bill = billOf({ ...stay, paidUntil: null, paidMinor: 0 }, tariff, site, at)
  return bill.kind === 'settled' ? 0 : bill.amountMinor
}

/** Rather an exit that nobody saw than one long stay. */
function isDoubtful(stay: Stay, site: Site, now: Date): boolean {
  const tooLong = now.getTime() - stay.openedAt.getTime() > site.maxStaySeconds * 1000
  return stay.needsReview || stay.readAtEntrySince || stay.readElsewhereSince || tooLong
}

/** What covers the stay at that instant, whatever it costs. */
export function coverAt(
  { subscriptionId, coveredUntil, paidUntil }: Pick<Stay, 'subscriptionId' | 'coveredUntil' | 'paidUntil'>,
  at: Date,
): 'subscription' | 'paid' | null {
  if (subscriptionId !== null && (coveredUntil === null || coveredUntil >= at)) return 'subscription'
  return paidUntil !== null && paidUntil >= at ? 'paid' : null
}
