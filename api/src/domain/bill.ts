import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import type { Facts, SessionFacts } from './facts.ts'
import { toQuoteLine } from './tariff/line-text.ts'
import { priceStay } from './tariff/price-stay.ts'

/** What of a session its bill depends on. */
export type Stay = Pick<
  SessionFacts,
  | 'openedAt'
  | 'subscriptionId'
  | 'coveredUntil'
  | 'paidUntil'
  | 'paidMinor'
  | 'needsReview'
  | 'readAtEntrySince'
  | 'readElsewhereSince'
>

type Site = Pick<Facts['site'], 'timeZone' | 'currency' | 'plausibleAmountMinor' | 'maxStaySeconds'>

export type Bill =
  | { kind: 'settled'; reason: 'subscription' | 'paid' | 'free_period' | 'nothing_owed' }
  | {
      kind: 'owed'
      tariffId: string
      amountMinor: number
      lines: QuoteLine[]
      chargedFrom: Date
      /** Somebody should look before this is asked of anybody. */
      needsReview: boolean
    }

/**
 * Whether a stay may end now for nothing more, or what it still owes in minor units: the price up to now less what was paid. A
 * subscription that ended during the stay covers it to its end.
 */
export function settle(stay: Stay, tariff: Facts['tariff'], site: Site, now: Date): Bill {
  const { subscriptionId, coveredUntil, paidUntil, paidMinor } = stay
  if (subscriptionId !== null && (coveredUntil === null || coveredUntil >= now))
    return { kind: 'settled', reason: 'subscription' }
  if (paidUntil !== null && paidUntil >= now) return { kind: 'settled', reason: 'paid' }
  if (tariff === null) return { kind: 'settled', reason: 'nothing_owed' }
  const chargedFrom = subscriptionId !== null && coveredUntil !== null ? coveredUntil : stay.openedAt
  const price = priceStay(tariff.rules, site, chargedFrom, now)
  if (price.amountMinor === 0) return { kind: 'settled', reason: 'free_period' }
  if (price.amountMinor <= paidMinor) return { kind: 'settled', reason: 'nothing_owed' }
  const paid = toQuoteLine({ code: 'already_paid', params: {} }, -paidMinor, site.currency)
  const lines = paidMinor > 0 ? [...price.lines, paid] : price.lines
  const amountMinor = price.amountMinor - paidMinor
  const needsReview = amountMinor > site.plausibleAmountMinor || isDoubtful(stay, site, now)
  return { kind: 'owed', tariffId: tariff.id, amountMinor, lines, chargedFrom, needsReview }
}

/** Rather an exit that nobody saw than one long stay. */
function isDoubtful(stay: Stay, site: Site, now: Date): boolean {
  const tooLong = now.getTime() - stay.openedAt.getTime() > site.maxStaySeconds * 1000
  return stay.needsReview || stay.readAtEntrySince || stay.readElsewhereSince || tooLong
}
