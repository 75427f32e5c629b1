import { z } from 'zod'
import { providerList } from './provider-list.ts'
import { amountMinor, currency, instant, line } from './values.ts'

export type ProviderName = keyof typeof providerList
export const providerName = z.enum(Object.keys(providerList) as ProviderName[])

/** In the order in which they can follow each other: of two notifications about one refund, the further one counts. */
export const refundState = z.enum(['pending', 'succeeded', 'failed'])
/** `won`: we keep the money. `lost`: the payer has it back. */
export const disputeState = z.enum(['open', 'won', 'lost'])

/** What a provider keeps and changes: a notification about it is only a reason to ask for it as it is now. */
export const providerObjectKind = z.enum(['checkout', 'payment', 'refund', 'dispute', 'invoice', 'subscription'])
export type ProviderObjectKind = z.infer<typeof providerObjectKind>

/** `paymentFactId` is the `factId` of the capture that it concerns, which may be told of later. */
const ofPayment = {
  paymentFactId: line(255).min(1),
  amountMinor: amountMinor.positive(),
  currency,
  occurredAt: instant,
}

/**
 * What one provider notification says, in our words. `factId` is the provider's id of the money movement itself, so that two
 * distinct events of one capture are one payment. `reference` is what we gave the provider when the checkout began: the id of a quote
 * or of a subscription. A `payment_failed` is about one attempt: a capture that is told of before or after it counts all the same.
 * `not_understood` may be money and wants somebody to look; `ignored` is kept so that it can be counted, and has no effect.
 */
export const paymentChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('payment_captured'),
    factId: line(255).min(1),
    reference: line(255).nullable(),
    subscriptionObjectId: line(255)
      .min(1)
      .nullable()
      .default(null)
      .describe("the provider's id of the subscription that this pays a period of; null for a stay"),
    amountMinor: amountMinor.positive(),
    currency,
    capturedAt: instant,
  }),
  z.object({
    kind: z.literal('payment_pending'),
    objectId: line(255).min(1).describe('the checkout whose money has not arrived yet'),
    reference: line(255).nullable(),
  }),
  z.object({
    kind: z.literal('payment_failed'),
    objectId: line(255).min(1).describe('the checkout that ended without money: declined later, expired or closed'),
    reference: line(255).nullable(),
  }),
  z.object({
    kind: z.literal('payment_refunded'),
    factId: line(255).min(1).describe("the provider's id of the refund: a second partial one has its own"),
    state: refundState,
    ...ofPayment,
  }),
  z.object({
    kind: z.literal('payment_disputed'),
    factId: line(255).min(1).describe("the provider's id of the dispute"),
    state: disputeState,
    ...ofPayment,
  }),
  z.object({
    kind: z.literal('object_changed'),
    objectKind: providerObjectKind,
    objectId: line(255)
      .min(1)
      .describe("the provider's id of what changed: fetched, never believed from the notification"),
    reference: line(255).nullable(),
  }),
  z.object({
    kind: z.literal('not_understood'),
    reason: line(500).describe('which field was missing or strange, in our words: no value of the notification'),
  }),
  z.object({
    kind: z.literal('ignored'),
    reason: line(500).describe('why it has no effect, in our words'),
  }),
])
export type PaymentChange = z.infer<typeof paymentChange>

/** One normalised provider notification: the body of `POST /internal/payment-events`. */
export const paymentEvent = z
  .object({
    provider: providerName,
    eventId: line(255).min(1),
    eventType: line(255).min(1),
    change: paymentChange,
  })
  .meta({
    examples: [
      {
        provider: providerName.options[0],
        eventId: 'evt_1',
        eventType: 'checkout.session.completed',
        change: {
          kind: 'payment_captured',
          factId: 'pi_1',
          reference: '0197a3c2-c0de-7abc-8def-0123456789ab',
          amountMinor: 450,
          currency: 'EUR',
          capturedAt: '2026-03-10T09:00:00Z',
        },
      },
    ],
  })
export type PaymentEvent = z.infer<typeof paymentEvent>

/**
 * `applied`: took effect. `accepted`: stored, the worker applies it. `duplicate`: was there already. `ignored`: stored, has no
 * effect. `parked`: stored, refers to nothing we know; an operator can adopt it.
 */
export const paymentEventResult = z.enum(['applied', 'accepted', 'duplicate', 'ignored', 'parked'])
export type PaymentEventResult = z.infer<typeof paymentEventResult>

export const paymentEventReceipt = z.object({ eventId: z.string(), result: paymentEventResult })
export type PaymentEventReceipt = z.infer<typeof paymentEventReceipt>
