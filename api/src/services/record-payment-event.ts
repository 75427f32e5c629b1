import type { PaymentEvent, PaymentEventReceipt } from '@turnpike/contracts/payment-event.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { useTokenOnce } from '../repositories/payments.ts'
import { applyEvent } from './apply-event.ts'
import type { Deps, MoneyDeps } from './deps.ts'
import { type Applied, untilUndisturbed } from './payment-effect.ts'

/**
 * Takes one provider notification in: the token's id, the inbox row, what it says (a payment with the `open` for a car that waits, a
 * refund, a dispute), the record and the marks are one transaction. A repeat of the event, or of the fact, has no second effect.
 * `token` is null where the provider told us itself, and its signature was checked here.
 */
export async function recordPaymentEvent(
  deps: MoneyDeps & Partial<Pick<Deps, 'wakeCommandStreams' | 'notePaymentEvent'>>,
  event: PaymentEvent,
  token: { jti: string; expiresAt: Date } | null,
  requestId: string | null,
): Promise<PaymentEventReceipt> {
  const now = deps.now()
  const actor = { kind: 'provider' as const, id: event.provider, requestId }
  const applied = await untilUndisturbed(() =>
    change<Applied>(deps.database.db, actor, now, async (tx) => {
      if (token !== null && !(await useTokenOnce(tx, token.jti, token.expiresAt)))
        throw new Refusal('unauthenticated', 'This token was used before. Sign a new one for every attempt.')
      return applyEvent(deps, tx, event, now)
    }),
  )
  deps.notePaymentEvent?.(event.provider, applied.receipt.result)
  if (applied.opened) deps.wakeCommandStreams?.()
  return applied.receipt
}
