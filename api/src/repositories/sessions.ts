import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { plans, plates, sessions, siteSlots, sites, subscriptionSlots, subscriptions } from '../db/schema.ts'
import { netPaidMinor } from './money-back.ts'
import { newestFirst, type Period, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'

export type SessionRow = typeof sessions.$inferSelect

export async function findSession(db: Db, id: string): Promise<SessionRow | undefined> {
  return (await db.select().from(sessions).where(eq(sessions.id, id)))[0]
}

export async function lockSession(tx: Tx, id: string): Promise<SessionRow | undefined> {
  return (await tx.select().from(sessions).where(eq(sessions.id, id)).for('no key update'))[0]
}

export async function updateSession(
  tx: Tx,
  id: string,
  set: Partial<
    Pick<
      SessionRow,
      | 'state'
      | 'openedAt'
      | 'closedAt'
      | 'paidUntil'
      | 'needsReview'
      | 'exitDecisionId'
      | 'subscriptionId'
      | 'plateId'
      | 'correctedFromPlateId'
    >
  >,
) {
  await tx
    .update(sessions)
    .set({ ...set, version: sql`${sessions.version} + 1` })
    .where(eq(sessions.id, id))
}

export async function insertSession(tx: Tx, stay: Pick<SessionRow, 'id' | 'siteId' | 'plateId' | 'openedAt'>) {
  await tx.insert(sessions).values(stay)
}

/** Whether a stay at the site has ended with the decision at an exit then. Who asks at the same time about that exit waits. */
export async function hasEndedWith(
  tx: Tx,
  { siteId, at, decisionId }: { siteId: string; at: Date; decisionId: string },
): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${decisionId}, 0))`)
  const [row] = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.siteId, siteId), eq(sessions.closedAt, at), eq(sessions.exitDecisionId, decisionId)))
    .limit(1)
  return row !== undefined
}

/** Gives back the place that a session holds in the pool of its subscription. */
export async function freePoolPlace(tx: Tx, sessionId: string) {
  await tx.update(subscriptionSlots).set({ sessionId: null }).where(eq(subscriptionSlots.sessionId, sessionId))
}

/** Gives back the place that a session holds of its site. */
export async function freePlace(tx: Tx, sessionId: string) {
  await tx.update(siteSlots).set({ sessionId: null }).where(eq(siteSlots.sessionId, sessionId))
}

/** Gives back the places that a session holds. */
export async function freeSlots(tx: Tx, sessionId: string) {
  await freePlace(tx, sessionId)
  await freePoolPlace(tx, sessionId)
}

/** Claims a free place of the site again for a vehicle that turned out to be still inside; false when there is none. */
export const takePlaceAgain = takingAgain(sql`site_slots`, sql`site_id`)

/** The same of the subscription's pool. */
export const takePoolPlaceAgain = takingAgain(sql`subscription_slots`, sql`subscription_id`)

function takingAgain(places: SQL, owner: SQL) {
  return async (tx: Tx, ownerId: string, sessionId: string): Promise<boolean> => {
    const { rowCount } = await tx.execute(sql`
      update ${places} set session_id = ${sessionId}::uuid where ctid = (
        select ctid from ${places} where ${owner} = ${ownerId}::uuid and session_id is null limit 1 for update skip locked)`)
    return rowCount === 1
  }
}

/** Whether the vehicle has an open session at the site. */
export async function hasOpenSession(tx: Tx, siteId: string, plateId: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.siteId, siteId), eq(sessions.plateId, plateId), eq(sessions.state, 'open')))
  return row !== undefined
}

/** Whether a subscription's vehicles take no place of the site. */
export async function isExempt(tx: Tx, subscriptionId: string | null): Promise<boolean> {
  if (subscriptionId === null) return false
  const [row] = await tx
    .select({ exempt: plans.exemptFromCapacity })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(subscriptions.id, subscriptionId))
  return row?.exempt === true
}

/** The vehicle's open session at a site. */
export async function findOpenSession(db: Db, siteId: string, plate: string): Promise<SessionRow | undefined> {
  const [row] = await db
    .select({ session: sessions })
    .from(sessions)
    .innerJoin(plates, eq(plates.id, sessions.plateId))
    .where(and(eq(sessions.siteId, siteId), eq(sessions.state, 'open'), eq(plates.plate, plate), eq(plates.raw, plate)))
  return row?.session
}

export type SessionFilter = Period & {
  siteIds: string[]
  state?: SessionRow['state'] | undefined
  needsReview?: boolean | undefined
  subscriptionId?: string | undefined
  plateIds?: string[] | undefined
}

const bySite = newestFirst({ table: sessions, owner: sessions.siteId, at: sessions.openedAt, id: sessions.id })

const items = (db: Db) =>
  db
    .select({
      id: sessions.id,
      siteId: sessions.siteId,
      plate: plates.plate,
      state: sessions.state,
      needsReview: sessions.needsReview,
      subscriptionId: sessions.subscriptionId,
      openedAt: sessions.openedAt,
      closedAt: sessions.closedAt,
      paidUntil: sessions.paidUntil,
      paidMinor: sql<number>`${sql.raw(netPaidMinor('sessions.id'))}`,
      currency: sites.currency,
      entryDecisionId: sessions.entryDecisionId,
      exitDecisionId: sessions.exitDecisionId,
      version: sessions.version,
      micros: bySite.micros,
    })
    .from(sessions)
    .innerJoin(plates, eq(plates.id, sessions.plateId))
    .innerJoin(sites, eq(sites.id, sessions.siteId))

export async function listSessions(
  db: Db,
  { siteIds, plateIds, since, until, ...fields }: SessionFilter,
  page: PageRequest,
) {
  return items(db)
    .where(
      bySite.where({
        owners: uuids(siteIds),
        vehicles: plateIds && { plate: sessions.plateId, ids: plateIds },
        fields,
        period: { since, until },
        page,
      }),
    )
    .orderBy(...bySite.order)
    .limit(page.limit + 1)
}

/** A session as operators see it. */
export async function findSessionItem(db: Db, id: string) {
  return (await items(db).where(eq(sessions.id, id)))[0]
}
