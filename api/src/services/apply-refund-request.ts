import type { Tx } from '../db/client.ts'
import { type CallRow, intendCall } from '../repositories/outbound-calls.ts'
import type { PaymentRow } from '../repositories/payments.ts'
import type { MoneyDeps } from './deps.ts'

/** What is kept of a refund that is asked for: `RefundRequest` of the provider but for its key, and why. */
export type RefundIntent = { paymentFactId: string; amountMinor: number; currency: string; reason: string }

/** Writes down that some of a payment is to go back. The completer asks the provider at once; whoever waits for it may be faster. */
export async function intendRefund(
  deps: MoneyDeps,
  tx: Tx,
  payment: Pick<PaymentRow, 'id' | 'provider' | 'factId' | 'currency'>,
  { amountMinor, reason }: { amountMinor: number; reason: string },
  dueAt: Date,
): Promise<CallRow> {
  const id = deps.newId()
  const request: RefundIntent = { paymentFactId: payment.factId, amountMinor, currency: payment.currency, reason }
  return intendCall(tx, {
    id,
    kind: 'refund',
    provider: payment.provider,
    idempotencyKey: `refund-${id}`,
    subjectId: payment.id,
    request,
    dueAt,
  })
}
