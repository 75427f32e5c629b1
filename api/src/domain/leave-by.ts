import { later } from './command-life.ts'

/** A payment of a stay with the quote it was for. */
export type QuotedPayment = {
  capturedAt: Date
  /** What all payments of the stay must leave together, so that this one lets the vehicle leave; null: it does not. */
  neededMinor: number | null
  quote: { expiresAt: Date } | null
}

/**
 * Until when a payment lets its vehicle leave; null where what is left of all that was paid for the stay does not cover what was owed
 * when this came, or it came after its quote had expired: then it only counts against the next one.
 */
export function leaveBy(
  { quote, neededMinor, capturedAt }: QuotedPayment,
  leftMinor: number,
  exitBufferSeconds: number,
): Date | null {
  if (quote === null || neededMinor === null || leftMinor < neededMinor) return null
  return capturedAt > quote.expiresAt ? null : later(capturedAt, exitBufferSeconds * 1000)
}

/** The same for all payments of a stay. */
export function latestLeaveBy(payments: QuotedPayment[], leftMinor: number, exitBufferSeconds: number): Date | null {
  return payments.map((payment) => leaveBy(payment, leftMinor, exitBufferSeconds)).reduce(latest, null)
}

/** Whether less is left of what was paid for a stay than what let its vehicle leave. */
export function isTakenBack(payments: Pick<QuotedPayment, 'neededMinor'>[], leftMinor: number): boolean {
  return payments.some(({ neededMinor }) => neededMinor !== null && leftMinor < neededMinor)
}

/** The later of two instants of which either may be missing. */
export function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other
  return one > other ? one : other
}
