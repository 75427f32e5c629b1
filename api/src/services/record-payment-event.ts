import type { PaymentEvent, PaymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { type Change, change, unchanged } from '../repositories/change.ts'
import { insertEventOnce, useTokenOnce } from '../repositories/payments.ts'
import { applyCapture } from './apply-capture.ts'
import { applyMoneyBack } from './apply-money-back.ts'
import type { Deps } from './deps.ts'
import { type Applied, Disturbed, receipt, taken } from './payment-effect.ts'

/**
 * Takes one provider notification in: the token's id, the inbox row, what it says (a payment with the `open` for a car that waits, a
 * refund, a dispute), the record and the marks are one transaction. A repeat of the event, or of the fact, has no second effect.
 */
export async function recordPaymentEvent(
  deps: Deps,
  event: PaymentEvent,
  token: { jti: string; expiresAt: Date },
  requestId: string,
): Promise<PaymentEventReceipt> {
  const now = deps.now()
  const actor = { kind: 'provider' as const, id: event.provider, requestId }
  const applied = await untilUndisturbed(() =>
    change<Applied>(deps.database.db, actor, now, async (tx) => {
      if (!(await useTokenOnce(tx, token.jti, token.expiresAt)))
        throw new Refusal('unauthenticated', 'This token was used before. Sign a new one for every attempt.')
      const inboxId = await insertEventOnce(tx, {
        id: deps.newId(),
        provider: event.provider,
        eventId: event.eventId,
        eventType: event.eventType,
        state: 'ignored',
        change: event.change,
        receivedAt: now,
      })
      if (inboxId === undefined) return unchanged(receipt(event, 'duplicate'))
      return apply(deps, tx, event, inboxId, now)
    }),
  )
  if (applied.opened) deps.wakeCommandStreams()
  return applied.receipt
}

async function apply(deps: Deps, tx: Tx, event: PaymentEvent, inboxId: string, now: Date): Promise<Change<Applied>> {
  const { change: said } = event
  switch (said.kind) {
    case 'payment_captured':
      return applyCapture(deps, tx, event, said, inboxId, now)
    case 'payment_refunded':
    case 'payment_disputed':
      return applyMoneyBack(deps, tx, event, said, inboxId, now)
    case 'payment_pending':
    case 'payment_failed':
    case 'object_changed':
    case 'not_understood':
    case 'ignored':
      return { result: receipt(event, 'ignored'), audit: [taken(event, inboxId, null, 'ignored')], marks: [] }
  }
}

/** Decisions about one stay are seconds apart; two in a row that disturb one payment would be a wonder. */
async function untilUndisturbed<T>(work: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Disturbed && attempts > 1) return untilUndisturbed(work, attempts - 1)
    throw error
  }
}
