import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { type BilledStay, priceOf, type Site } from './bill.ts'
import type { Facts } from './facts.ts'
import { leaveBy, type QuotedPayment } from './leave-by.ts'

/** `isVoid`: nobody drove in. `letOutAt`: when its exit let it out; that it has left may have shown only later. */
type EndedStay = Omit<BilledStay, 'paidMinor'> & { isVoid: boolean; letOutAt: Date }
type Payment = QuotedPayment & { quote: { amountMinor: number; lines: QuoteLine[] } | null }

/**
 * What a stay that is over keeps of what was paid for it, in minor units: its price, or less where it left in time by a payment for an
 * earlier moment, and what admitted it to a prepaid site in any case. `leftMinor`: what is left of its payments.
 */
export function keptMinor(
  stay: EndedStay,
  payments: Payment[],
  leftMinor: number,
  tariff: Facts['tariff'],
  site: Pick<Site, 'timeZone' | 'currency'> & { exitBufferSeconds: number },
): number {
  if (stay.isVoid) return 0
  const { paidUntil, letOutAt } = stay
  const priceMinor = priceOf(stay, tariff, site, letOutAt)
  const leftBy = payments.filter((payment) => {
    const until = leaveBy(payment, leftMinor, site.exitBufferSeconds)
    return until !== null && until >= letOutAt
  })
  const inTime = paidUntil !== null && paidUntil >= letOutAt
  const askedMinor = inTime
    ? Math.min(priceMinor, ...leftBy.flatMap(({ neededMinor }) => neededMinor ?? []))
    : priceMinor
  return Math.max(askedMinor, ...payments.map(admissionOf))
}

/** What a payment admitted a vehicle to a prepaid site for, in minor units; 0 for any other. */
export function admissionOf({ quote }: Pick<Payment, 'quote'>): number {
  const isAdmission = quote?.lines.some(({ detail }) => detail?.code === 'prepaid')
  return isAdmission ? quote!.amountMinor : 0
}
