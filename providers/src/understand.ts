import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { type PaymentChange, type PaymentEvent, paymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { z } from 'zod'
import type { VerifiedEvent } from './provider.ts'

/** A thing of the provider's in a shape that we do not know. The message names fields, never their values: they name the payer. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
}

/**
 * The payment event of a provider's notification. Whatever `read` does not understand, and whatever it makes of it that is no change of
 * ours, is `not_understood`: it may be money, so it must reach somebody and never be guessed or dropped.
 */
export function understand(provider: ProviderName, event: VerifiedEvent, read: () => PaymentChange): PaymentEvent {
  const { eventId, eventType } = event
  return { provider, eventId, eventType, change: understoodChange(read) }
}

/** The same for a single change, such as a fact that was fetched. */
export function understoodChange(read: () => PaymentChange): PaymentChange {
  try {
    return shaped(paymentEvent.shape.change, read())
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    return { kind: 'not_understood', reason: error.message.replaceAll(/\p{Cc}/gu, ' ').slice(0, 500) }
  }
}

/** The value as the schema knows it. @throws NotUnderstood naming every field that is not as promised */
export function shaped<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new NotUnderstood(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}
