import { z } from 'zod'
import { providerName } from './payment-event.ts'
import { poolExhaustedPolicy } from './site.ts'
import {
  amountMinor,
  changeOf,
  currency,
  id,
  instant,
  line,
  name,
  newOf,
  plateText,
  validityState,
  version,
} from './values.ts'

const siteIds = z.array(id).min(1).max(100)

/** How often a plan is paid. */
export const billingPeriod = z.object({ every: z.int().min(1).max(52), unit: z.enum(['week', 'month', 'year']) })
export type BillingPeriod = z.infer<typeof billingPeriod>

/** What a provider charges for a plan. */
export const planPrice = z.strictObject({
  amountMinor: amountMinor.positive(),
  currency,
  period: billingPeriod.strict(),
  trialDays: z.int().min(0).max(730).default(0),
})
export type PlanPrice = z.infer<typeof planPrice>

/** As its provider has it; `active` for one that only operators look after. */
export const subscriptionStatus = z.enum([
  'incomplete',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'paused',
  'cancelled',
])
export type SubscriptionStatus = z.infer<typeof subscriptionStatus>

/** Whether a status lets vehicles park. `until_grace`: for some days after a payment failed. `until_period_end`: to the end of what is paid, if it was cancelled for then. */
export const entitled = z.enum(['yes', 'no', 'until_grace', 'until_period_end'])
export type Entitled = z.infer<typeof entitled>

const ruleFields = { status: subscriptionStatus, collectionPaused: z.boolean(), entitled }
/** A row of `GET /v1/entitlement-rules`; `POST /v1/entitlement-rules` changes one, for every gate from its next read on. */
export const entitlementRule = z.strictObject(ruleFields)
export type EntitlementRule = z.infer<typeof entitlementRule>
export const entitlementRules = z.object({ items: z.array(entitlementRule) })
export type EntitlementRules = z.infer<typeof entitlementRules>
export const entitlementRuleChange = newOf(ruleFields).meta({
  examples: [{ status: 'past_due', collectionPaused: false, entitled: 'no', changeReason: 'too many never paid' }],
})
export type EntitlementRuleChange = z.infer<typeof entitlementRuleChange>

const planSettings = {
  name,
  siteIds: siteIds.describe('where the plan is offered'),
  poolExhaustedPolicy,
  exemptFromCapacity: z.boolean().describe('its vehicles enter a full site and take no place'),
  price: planPrice.nullable().describe('null: operators alone make subscriptions to it, and nobody charges for them'),
  offeredPublicly: z.boolean().describe('drivers may buy it themselves; it needs a price'),
  graceDays: z.int().min(0).max(90).describe('how long its vehicles may park after a payment failed'),
}

export const planItem = z.object({ id, version, ...planSettings, siteIds: z.array(id) })
export type PlanItem = z.infer<typeof planItem>
export const newPlan = newOf({
  name,
  siteIds: planSettings.siteIds,
  ...z
    .strictObject({
      poolExhaustedPolicy,
      exemptFromCapacity: planSettings.exemptFromCapacity,
      price: planSettings.price,
      offeredPublicly: planSettings.offeredPublicly,
      graceDays: planSettings.graceDays,
    })
    .partial().shape,
}).meta({ examples: [{ name: 'Residents', siteIds: ['0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10'] }] })
export type NewPlan = z.infer<typeof newPlan>
export const planChange = changeOf(planSettings).meta({
  examples: [{ poolExhaustedPolicy: 'deny', changeReason: 'too many share one place' }],
})
export type PlanChange = z.infer<typeof planChange>

const subscriptionSettings = {
  planId: id,
  holder: name,
  siteIds: siteIds.describe('where it covers a stay: sites at which the plan is offered'),
  plates: z.array(plateText).max(500).describe('its vehicles; the whole list'),
  poolSize: z.int().min(1).max(10_000).describe('how many of its vehicles may be inside at once'),
  validUntil: instant.nullable(),
}

export const subscriptionItem = z.object({
  id,
  version,
  planId: id,
  holder: z.string(),
  siteIds: z.array(id),
  vehicles: z.array(
    z.object({ plateId: id, plate: z.string().nullable().describe('masked for viewers; null once erased') }),
  ),
  poolSize: z.int(),
  placesTaken: z.int().describe('may exceed the pool for a while after it was made smaller'),
  validFrom: instant,
  validUntil: instant.nullable(),
  state: validityState,
  provider: providerName.nullable().describe('who collects its money; null: nobody does'),
  status: subscriptionStatus,
  collectionPaused: z.boolean(),
  entitled: z.boolean().describe('whether its vehicles may park now'),
  graceUntil: instant.nullable(),
  currentPeriodEnd: instant.nullable(),
  cancelAtPeriodEnd: z.boolean(),
})
export type SubscriptionItem = z.infer<typeof subscriptionItem>

/** A part of a holder's name, to search for: in a body, as no name of a person is ever in a URL. */
export const holderPart = line(120).trim().min(3, 'takes 3 characters at least')

export const newSubscription = newOf({
  ...subscriptionSettings,
  poolSize: subscriptionSettings.poolSize.default(1),
  validFrom: instant.optional().describe('from now where it is left out'),
  validUntil: subscriptionSettings.validUntil.default(null),
}).meta({
  examples: [
    {
      planId: '0197a3c2-b1d3-7d0e-8b6c-2f1d0c9e8a77',
      holder: 'Baker & Sons',
      siteIds: ['0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10'],
      plates: ['B-XY 1234', 'B-XY 1235'],
      poolSize: 1,
    },
  ],
})
export type NewSubscription = z.infer<typeof newSubscription>
export const subscriptionChange = changeOf(subscriptionSettings).meta({
  examples: [{ plates: ['B-XY 1234', 'B-XY 1236'], changeReason: 'a new car' }],
})
export type SubscriptionChange = z.infer<typeof subscriptionChange>

/** `POST /v1/subscriptions/{subscriptionId}/actions`: asked of the provider; what becomes of it shows once the provider says so. */
export const subscriptionActionRequest = z
  .strictObject({
    action: z
      .enum(['cancel_now', 'cancel_at_period_end', 'keep', 'pause', 'resume'])
      .describe('`keep` takes back what was to end with the period, and `resume` a pause'),
    reason: line(200).trim().min(3, 'say why, in at least 3 characters').describe('why: kept in the audit trail'),
  })
  .meta({ examples: [{ action: 'pause', reason: 'on holiday for a month' }] })
export type SubscriptionActionRequest = z.infer<typeof subscriptionActionRequest>
