import { z } from 'zod'
import { providerName } from './payment-event.ts'
import { billingPeriod, subscriptionStatus } from './subscription.ts'
import { amountMinor, currency, id, instant, name, plateText } from './values.ts'

/*
 * What somebody without an account may do about subscriptions: see what is offered, buy one, and look after his own with the link
 * that was mailed to him. The token of that link goes into `Authorization: Bearer`, never into a URL.
 */

const plates = z.array(plateText).min(1).max(10).describe('its vehicles; the whole list')
const email = z.email().max(254)
const language = z.enum(['en', 'de']).default('en').describe('of what is mailed')

/** An item of `GET /v1/public/plans?siteId=`. */
export const publicPlan = z.object({
  id,
  name: z.string(),
  sites: z.array(z.object({ id, name: z.string() })),
  amountMinor,
  currency,
  period: billingPeriod,
  trialDays: z.int(),
  providers: z.array(providerName).describe('through which it can be paid here'),
})
export type PublicPlan = z.infer<typeof publicPlan>
export const publicPlans = z.object({ items: z.array(publicPlan) })
export type PublicPlans = z.infer<typeof publicPlans>

/** `POST /v1/public/subscriptions`. */
export const subscriptionPurchase = z
  .strictObject({
    purchaseId: id
      .optional()
      .describe(
        'made by whoever buys, anew for each purchase: what is asked again with the same one is the purchase that was begun, whatever else it says',
      ),
    planId: id,
    holder: name,
    email,
    plates,
    startsAt: instant.optional().describe('from now where it is left out; nothing is charged before'),
    provider: providerName,
    language,
  })
  .meta({
    examples: [
      {
        planId: '0197a3c2-b1d3-7d0e-8b6c-2f1d0c9e8a77',
        holder: 'Ada Baker',
        email: 'ada@example.org',
        plates: ['B-XY 1234'],
        provider: providerName.options[0],
      },
    ],
  })
export type SubscriptionPurchase = z.infer<typeof subscriptionPurchase>
export const subscriptionPurchaseAnswer = z.object({ subscriptionId: id, redirectUrl: z.url() })
export type SubscriptionPurchaseAnswer = z.infer<typeof subscriptionPurchaseAnswer>

/** `GET /v1/public/subscriptions/{id}`: for the page that the provider sends the buyer back to. */
export const purchasedSubscription = z.object({
  id,
  planName: z.string(),
  state: z
    .enum(['awaiting_payment', 'active', 'ended'])
    .describe('`active`: paid or on trial; its manage link is on the way by e-mail'),
  validFrom: instant,
})
export type PurchasedSubscription = z.infer<typeof purchasedSubscription>

/** `POST /v1/public/subscriptions/link`: 202 whoever asks, so that nobody learns who has a subscription. */
export const linkRequest = z.strictObject({ email, language }).meta({ examples: [{ email: 'ada@example.org' }] })
export type LinkRequest = z.infer<typeof linkRequest>

/** `GET /v1/public/subscription` with the token of the link, and what every change of it answers. */
export const holderSubscription = z.object({
  id,
  planName: z.string(),
  sites: z.array(z.object({ id, name: z.string(), timeZone: z.string() })),
  plates: z.array(z.string()),
  status: subscriptionStatus,
  collectionPaused: z.boolean(),
  entitled: z.boolean().describe('whether its vehicles may park now'),
  graceUntil: instant.nullable().describe('while a payment is overdue: until when they may park all the same'),
  validFrom: instant,
  currentPeriodEnd: instant.nullable(),
  cancelAtPeriodEnd: z.boolean(),
  price: z.object({ amountMinor, currency, period: billingPeriod }).nullable(),
  portal: z.boolean().describe('whether `POST …/portal` leads to a page of the provider for card and invoices'),
})
export type HolderSubscription = z.infer<typeof holderSubscription>

/** `POST /v1/public/subscription/vehicles`. */
export const holderVehicles = z.strictObject({ plates }).meta({ examples: [{ plates: ['B-XY 1236'] }] })
export type HolderVehicles = z.infer<typeof holderVehicles>

/** `POST /v1/public/subscription/actions`: `cancel` ends it with the period that is paid, `resume` takes that back. */
export const holderAction = z
  .strictObject({ action: z.enum(['cancel', 'resume']) })
  .meta({ examples: [{ action: 'cancel' }] })
export type HolderAction = z.infer<typeof holderAction>

/** `GET /v1/public/subscription/payments`, newest first; `receiptId` is for `GET /v1/public/receipts/{receiptId}`. */
export const holderPayments = z.object({
  items: z.array(z.object({ receiptId: id, amountMinor, currency, capturedAt: instant, refundedMinor: amountMinor })),
})
export type HolderPayments = z.infer<typeof holderPayments>

/** `POST /v1/public/subscription/portal`. */
export const portalAnswer = z.object({ redirectUrl: z.url() })
export type PortalAnswer = z.infer<typeof portalAnswer>
