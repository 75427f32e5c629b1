import type { Tx } from '../db/client.ts'
import { type Plate, toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import { lockPlan } from '../repositories/plans.ts'
import type { SubscriptionRow } from '../repositories/subscriptions.ts'
import { type Operator, requireSites } from './access.ts'

/* What subscriptions and blacklist entries are made of, checked alike when one is made and when it is changed. */

/** The vehicles that people wrote down, each once; refuses what has no letter and no digit. `field` names where it was written. */
export function vehiclesOf(texts: string[], field: string): Plate[] {
  const vehicles = new Map<string, Plate>()
  const issues = texts.flatMap((text, index) => {
    const plate = toPlate(text)
    if (plate === undefined) return [{ path: `body.${field}.${index}`, message: 'has no letter and no digit' }]
    vehicles.set(plate.plate, plate)
    return []
  })
  if (issues.length > 0) throw new Refusal('invalid_request', 'Not everything is a plate.', { issues })
  return [...vehicles.values()]
}

type Period = { validFrom: Date; validUntil: Date | null }

/** The period of something new: from now where nothing else is said. Refuses one that would end before it begins. */
export function periodOf(wanted: { validFrom?: string | undefined; validUntil: string | null }, now: Date): Period {
  const validFrom = wanted.validFrom === undefined ? now : new Date(wanted.validFrom)
  const validUntil = wanted.validUntil === null ? null : new Date(wanted.validUntil)
  requireOrder(validFrom, validUntil)
  return { validFrom, validUntil }
}

/** Another end, if one is wanted, of something that has not ended yet. */
export function newEndOf(
  { validFrom, validUntil }: Period,
  wanted: string | null | undefined,
  now: Date,
): Date | null | undefined {
  requireNotEnded(validUntil, now)
  if (wanted === undefined || wanted === null) return wanted
  const end = new Date(wanted)
  requireOrder(validFrom, end)
  return end
}

/** The end of something that ends now. What has not begun never applies then; what has ended stays as it is. */
export function endNow({ validFrom, validUntil }: Period, now: Date): { validUntil: Date } {
  requireNotEnded(validUntil, now)
  return { validUntil: validFrom > now ? validFrom : now }
}

function requireOrder(validFrom: Date, validUntil: Date | null) {
  if (validUntil !== null && validUntil < validFrom)
    throw new Refusal('invalid_request', `validUntil must not lie before validFrom, ${validFrom.toISOString()}.`)
}

function requireNotEnded(validUntil: Date | null, now: Date) {
  if (validUntil !== null && validUntil <= now)
    throw new Refusal('conflict', `This ended at ${validUntil.toISOString()}. Make a new one.`)
}

/** Refuses to give another end to a subscription whose provider would go on charging for it. */
export function requireNotCollected({ provider, providerObjectId, status }: SubscriptionRow) {
  if (providerObjectId !== null && status !== 'cancelled')
    throw new Refusal('conflict', `${provider} would go on charging for it: cancel it there, by its actions.`)
}

/** Refuses sites at which the plan is not offered. The plan stays locked, so that they do not go in the meantime. */
export async function requireOffered(tx: Tx, operator: Operator, planId: string, siteIds: string[]) {
  const plan = await lockPlan(tx, planId)
  if (plan === undefined) throw new Refusal('not_found', 'There is no such plan.')
  requireSites(operator, plan.siteIds, 'viewer')
  if (!siteIds.every((siteId) => plan.siteIds.includes(siteId)))
    throw new Refusal('conflict', 'This plan is not offered at every one of these sites. Offer it there first.')
}
