import { createHash } from 'node:crypto'
import type {
  HolderAction,
  HolderPayments,
  HolderSubscription,
  HolderVehicles,
  PortalAnswer,
} from '@turnpike/contracts/holder.ts'
import type { Db } from '../db/client.ts'
import { toPlanPrice } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { change } from '../repositories/change.ts'
import { findTokenHolder } from '../repositories/holder-mails.ts'
import { listPaymentsOfSubscription } from '../repositories/payments.ts'
import { findPlan } from '../repositories/plans.ts'
import { upsertPlates } from '../repositories/plates.ts'
import { listSiteNames } from '../repositories/sites.ts'
import {
  findSubscription,
  lockSubscription,
  type SubscriptionRow,
  setSubscriptionVehicles,
  updateSubscription,
} from '../repositories/subscriptions.ts'
import { intendAction } from './apply-subscription-action.ts'
import { askProvider } from './ask-provider.ts'
import type { Deps } from './deps.ts'
import { vehiclesOf } from './terms.ts'

/* What a holder does with the link that was mailed to him. The token names one subscription, and allows nothing else. */

type Token = string | undefined

export async function showHeld(deps: Deps, token: Token): Promise<HolderSubscription> {
  return shown(deps, deps.database.db, await held(deps, token))
}

/** Other vehicles; how many of them may be inside at once stays. Those that are inside keep what covers them. */
export async function changeHeldVehicles(
  deps: Deps,
  token: Token,
  { plates }: HolderVehicles,
  requestId: string,
): Promise<HolderSubscription> {
  const { id } = await held(deps, token)
  const vehicles = vehiclesOf(plates, 'plates')
  const now = deps.now()
  const actor = { kind: 'driver' as const, id: null, requestId }
  const row = await change(deps.database.db, actor, now, async (tx) => {
    const before = (await lockSubscription(tx, id))!
    requireNotEnded(before, now)
    await setSubscriptionVehicles(tx, id, await upsertPlates(tx, vehicles, deps.newId))
    await updateSubscription(tx, id, {})
    const after = (await findSubscription(tx, id))!
    const ids = (each: SubscriptionRow) => ({ plateIds: each.vehicles.map(({ plateId }) => plateId) })
    const subject = { siteId: null, subjectKind: 'subscription', subjectId: id }
    const entry = { ...subject, action: 'subscription.vehicles_changed', before: ids(before), after: ids(after) }
    return { result: after, audit: [entry], marks: [] }
  })
  return shown(deps, deps.database.db, row)
}

/** Asks the provider; what became of it shows once the provider says so. */
export async function actOnHeld(
  deps: Deps,
  token: Token,
  { action }: HolderAction,
  requestId: string,
): Promise<HolderSubscription> {
  const { id } = await held(deps, token)
  const wanted = action === 'cancel' ? 'cancel_at_period_end' : 'keep'
  const call = await change(deps.database.db, { kind: 'driver', id: null, requestId }, deps.now(), (tx) =>
    intendAction(deps, tx, id, wanted, undefined),
  )
  const { state } = await askProvider(deps, call)
  if (state === 'refused') throw new Refusal('conflict', 'The payment provider does not allow that now.')
  return showHeld(deps, token)
}

export async function listHeldPayments(deps: Deps, token: Token): Promise<HolderPayments> {
  const { id } = await held(deps, token)
  const rows = await listPaymentsOfSubscription(deps.database.db, id)
  return {
    items: rows.map((row) => ({
      receiptId: row.id,
      amountMinor: row.amountMinor,
      currency: row.currency,
      capturedAt: row.capturedAt.toISOString(),
      refundedMinor: row.refundedMinor,
    })),
  }
}

/** A page of the provider's for card and invoices. Nothing is changed by making one: it is not written down first. */
export async function openHeldPortal(deps: Deps, token: Token): Promise<PortalAnswer> {
  const { provider, providerObjectId } = await held(deps, token)
  const asked = provider === null ? undefined : deps.providers[provider]
  if (asked?.createPortalLink === undefined || providerObjectId === null)
    throw new Refusal('conflict', 'Its payment provider has no such page. It writes to you by e-mail.')
  try {
    return { redirectUrl: await asked.createPortalLink(providerObjectId, new URL('/manage', deps.dashboardUrl).href) }
  } catch (cause) {
    throw new Refusal('unavailable', 'The payment provider cannot be reached. Please try again in a minute.', { cause })
  }
}

async function held(deps: Deps, token: Token): Promise<SubscriptionRow> {
  const { db } = deps.database
  const hash = token && createHash('sha256').update(token).digest('hex')
  const id = hash && (await findTokenHolder(db, hash, deps.now()))
  const row = id ? await findSubscription(db, id) : undefined
  if (row === undefined) throw new Refusal('unauthenticated', 'This link is not valid any more. Ask for a new one.')
  return row
}

function requireNotEnded({ status, validUntil }: SubscriptionRow, now: Date) {
  if (status === 'cancelled' || (validUntil !== null && validUntil <= now))
    throw new Refusal('conflict', 'This subscription has ended.')
}

async function shown(deps: Deps, db: Db, row: SubscriptionRow): Promise<HolderSubscription> {
  const plan = (await findPlan(db, row.planId))!
  const price = toPlanPrice(plan)
  const now = deps.now()
  return {
    id: row.id,
    planName: plan.name,
    sites: await listSiteNames(db, row.siteIds),
    plates: row.vehicles.flatMap(({ plate }) => (plate === null ? [] : [plate])),
    status: row.status,
    collectionPaused: row.collectionPaused,
    entitled: row.validFrom <= now && (row.entitledUntil === null || row.entitledUntil > now),
    graceUntil: row.graceUntil?.toISOString() ?? null,
    validFrom: row.validFrom.toISOString(),
    currentPeriodEnd: row.currentPeriodEnd?.toISOString() ?? null,
    cancelAtPeriodEnd: row.cancelAtPeriodEnd,
    price: price && { amountMinor: price.amountMinor, currency: price.currency, period: price.period },
    portal: row.provider !== null && deps.providers[row.provider]?.createPortalLink !== undefined,
  }
}
