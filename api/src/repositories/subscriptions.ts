import type { ValidityState } from '@turnpike/contracts/values.ts'
import { and, desc, eq, ilike, inArray, lt, lte, ne, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { subscriptionSites, subscriptions, subscriptionVehicles } from '../db/schema.ts'
import { entitledUntil } from './entitlement.ts'
import { uuids } from './newest.ts'
import { afterId, type PageRequest } from './page.ts'
import { anywhere } from './text-search.ts'
import { inState } from './validity.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

// Written out, because a column of a select from one table alone is named without its table.
const columns = {
  subscription: subscriptions,
  siteIds: sql<string[]>`array(
    select x.site_id from subscription_sites x where x.subscription_id = subscriptions.id order by 1)`,
  vehicles: sql<{ plateId: string; plate: string | null }[]>`(
    select coalesce(json_agg(json_build_object('plateId', p.id, 'plate', p.plate) order by p.id), '[]')
    from subscription_vehicles v join plates p on p.id = v.plate_id where v.subscription_id = subscriptions.id)`,
  entitledUntil: sql<Date | null>`${sql.raw(entitledUntil('subscriptions'))}`.mapWith(subscriptions.validUntil),
  placesTaken: sql<number>`(
    select count(*)::int from subscription_slots x
    where x.subscription_id = subscriptions.id and x.session_id is not null)`,
}

/** A subscription with what belongs to it. */
export type SubscriptionRow = typeof subscriptions.$inferSelect & {
  siteIds: string[]
  vehicles: { plateId: string; plate: string | null }[]
  placesTaken: number
  /** Until when its vehicles may park, by the rule for its status; null: without end. */
  entitledUntil: Date | null
}

export async function findSubscription(db: Db, id: string): Promise<SubscriptionRow | undefined> {
  const [row] = await db.select(columns).from(subscriptions).where(eq(subscriptions.id, id))
  return row && flat(row)
}

export const lockSubscription = locking(subscriptions, findSubscription)

export type SubscriptionFilter = {
  siteIds: string[]
  planId?: string | undefined
  state?: ValidityState | undefined
  /** A part of the holder's name. */
  holder?: string | undefined
  plateIds?: string[] | undefined
  now: Date
}

/** Subscriptions for one of the sites at least. */
export async function listSubscriptions(
  db: Db,
  filter: SubscriptionFilter,
  page: PageRequest,
): Promise<SubscriptionRow[]> {
  const after = afterId(page)
  const there = db
    .select({ id: subscriptionSites.subscriptionId })
    .from(subscriptionSites)
    .where(inArray(subscriptionSites.siteId, filter.siteIds))
  const rows = await db
    .select(columns)
    .from(subscriptions)
    .where(
      and(
        inArray(subscriptions.id, there),
        filter.planId === undefined ? undefined : eq(subscriptions.planId, filter.planId),
        filter.holder === undefined ? undefined : ilike(subscriptions.holder, anywhere(filter.holder)),
        filter.plateIds === undefined ? undefined : inArray(subscriptions.id, withOneOf(db, filter.plateIds)),
        inState(subscriptions, filter.state, filter.now),
        after ? lt(subscriptions.id, after) : undefined,
      ),
    )
    .orderBy(desc(subscriptions.id))
    .limit(page.limit + 1)
  return rows.map(flat)
}

function withOneOf(db: Db, plateIds: string[]) {
  return db
    .select({ id: subscriptionVehicles.subscriptionId })
    .from(subscriptionVehicles)
    .where(sql`${subscriptionVehicles.plateId} = any(${uuids(plateIds)})`)
}

function flat({
  subscription,
  ...rest
}: Omit<SubscriptionRow, keyof typeof subscriptions.$inferSelect> & {
  subscription: typeof subscriptions.$inferSelect
}): SubscriptionRow {
  return { ...subscription, ...rest }
}

export async function insertSubscription(tx: Tx, subscription: typeof subscriptions.$inferInsert) {
  await tx.insert(subscriptions).values(subscription)
}

export async function updateSubscription(tx: Tx, id: string, set: Changes<typeof subscriptions>) {
  await updateVersioned(tx, subscriptions, id, set)
}

export async function setSubscriptionSites(tx: Tx, subscriptionId: string, siteIds: string[]) {
  await tx.delete(subscriptionSites).where(eq(subscriptionSites.subscriptionId, subscriptionId))
  await tx.insert(subscriptionSites).values(siteIds.map((siteId) => ({ subscriptionId, siteId })))
}

export async function setSubscriptionVehicles(tx: Tx, subscriptionId: string, plateIds: string[]) {
  await tx.delete(subscriptionVehicles).where(eq(subscriptionVehicles.subscriptionId, subscriptionId))
  if (plateIds.length > 0)
    await tx.insert(subscriptionVehicles).values(plateIds.map((plateId) => ({ subscriptionId, plateId })))
}

/** Where subscriptions to a plan run or will run. */
export async function listSitesOfPlanInUse(tx: Tx, planId: string, now: Date): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ siteId: subscriptionSites.siteId })
    .from(subscriptionSites)
    .innerJoin(subscriptions, eq(subscriptions.id, subscriptionSites.subscriptionId))
    .where(
      and(
        eq(subscriptions.planId, planId),
        sql`(${subscriptions.validUntil} is null or ${subscriptions.validUntil} > ${now})`,
      ),
    )
  return rows.map((row) => row.siteId)
}

/** The subscription that covers a stay of a vehicle at a site which began at `at`. */
export async function findCover(db: Db, siteId: string, plateId: string, at: Date): Promise<string | undefined> {
  const [row] = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .innerJoin(subscriptionVehicles, eq(subscriptionVehicles.subscriptionId, subscriptions.id))
    .innerJoin(subscriptionSites, eq(subscriptionSites.subscriptionId, subscriptions.id))
    .where(
      and(
        eq(subscriptionVehicles.plateId, plateId),
        eq(subscriptionSites.siteId, siteId),
        lte(subscriptions.validFrom, at),
        sql`coalesce(${sql.raw(entitledUntil('subscriptions'))}, 'infinity') > ${at}`,
      ),
    )
    .limit(1)
  return row?.id
}

type Provider = NonNullable<(typeof subscriptions.$inferSelect)['provider']>

/**
 * The subscription that a provider calls so, locked; else the one that its checkout was begun for and that has no object there yet.
 * `reference`: an id of ours. Whatever concerns one object takes turns from here on: money and its subscription that are told of at
 * the same moment would else not see each other, and stay apart for ever.
 */
export async function findProvidedSubscription(
  tx: Tx,
  provider: Provider,
  providerObjectId: string,
  reference: string | null,
): Promise<SubscriptionRow | undefined> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`subscription ${provider} ${providerObjectId}`}, 0))`,
  )
  const known = and(eq(subscriptions.provider, provider), eq(subscriptions.providerObjectId, providerObjectId))
  const [row] = await tx.select({ id: subscriptions.id }).from(subscriptions).where(known)
  if (row !== undefined) return lockSubscription(tx, row.id)
  const found = reference === null ? undefined : await lockSubscription(tx, reference)
  // Its object may have become known while this waited for the lock.
  const isIt = found?.providerObjectId === null || found?.providerObjectId === providerObjectId
  return found?.provider === provider && isIt ? found : undefined
}

/** Subscriptions that a provider may change without our hearing of it. */
export async function listProvided(db: Db, provider: Provider): Promise<string[]> {
  const rows = await db
    .select({ id: subscriptions.providerObjectId })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.provider, provider),
        sql`${subscriptions.providerObjectId} is not null and ${subscriptions.status} <> 'cancelled'`,
        sql`not (${subscriptions.status} = 'incomplete' and ${subscriptions.validUntil} is not null)`,
      ),
    )
  return rows.map(({ id }) => id!)
}

/** Purchases that wait for their money since before then, and the checkout at the provider where there is one. */
export async function listUnpaidPurchases(db: Db, provider: Provider, before: Date) {
  const { rows } = await db.execute<{ id: string; since: string; checkoutId: string | null }>(sql`
    select u.id, u.status_since as since,
      (select c.result -> 'checkout' ->> 'providerObjectId' from outbound_calls c
       where c.subject_id = u.id and c.kind = 'subscription_checkout' and c.state = 'done') as "checkoutId"
    from subscriptions u
    where u.provider = ${provider} and u.status = 'incomplete' and u.valid_until is null
      and u.status_since < ${before}::timestamptz`)
  return rows.map((row) => ({ ...row, since: new Date(row.since) }))
}

/** Those that a holder looks after with this address and that have not ended. */
export async function listHeldBy(db: Db, email: string, now: Date): Promise<string[]> {
  const rows = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        sql`lower(${subscriptions.email}) = lower(${email})`,
        sql`(${subscriptions.validUntil} is null or ${subscriptions.validUntil} > ${now})`,
        ne(subscriptions.status, 'incomplete'),
      ),
    )
  return rows.map(({ id }) => id)
}
