import { z } from 'zod'
import { poolExhaustedPolicy } from './site.ts'
import { changeOf, id, instant, line, name, newOf, plateText, validityState, version } from './values.ts'

const siteIds = z.array(id).min(1).max(100)

const planSettings = {
  name,
  siteIds: siteIds.describe('where the plan is offered'),
  poolExhaustedPolicy,
  exemptFromCapacity: z.boolean().describe('its vehicles enter a full site and take no place'),
}

export const planItem = z.object({ id, version, ...planSettings, siteIds: z.array(id) })
export type PlanItem = z.infer<typeof planItem>
export const newPlan = newOf({
  name,
  siteIds: planSettings.siteIds,
  ...z.strictObject({ poolExhaustedPolicy, exemptFromCapacity: planSettings.exemptFromCapacity }).partial().shape,
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
