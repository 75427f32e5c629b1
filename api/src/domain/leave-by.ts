import { later } from './command-life.ts'

/** A payment with the quote it was for, and what went back of it. */
export type QuotedPayment = {
  amountMinor: number
  refundedMinor: number
  capturedAt: Date
  quote: { amountMinor: number; expiresAt: Date } | null
}

/**
 * Until when a payment lets its vehicle leave; null where what is left of it does not cover what was quoted, or it came after the
 * quote had expired: then it only counts against the next one.
 */
export function leaveBy({ quote, ...payment }: QuotedPayment, exitBufferSeconds: number): Date | null {
  if (quote === null || payment.amountMinor - payment.refundedMinor < quote.amountMinor) return null
  return payment.capturedAt > quote.expiresAt ? null : later(payment.capturedAt, exitBufferSeconds * 1000)
}

/** The same for all payments of a stay. */
export function latestLeaveBy(payments: QuotedPayment[], exitBufferSeconds: number): Date | null {
  return payments.map((payment) => leaveBy(payment, exitBufferSeconds)).reduce(latest, null)
}

/** The later of two instants of which either may be missing. */
export function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
