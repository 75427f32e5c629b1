import { and, eq, inArray, like, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db, Tx } from '../db/client.ts'
import {
  blacklistEntries,
  decisions,
  plates,
  reads,
  sessions,
  subscriptionSites,
  subscriptionVehicles,
} from '../db/schema.ts'
import type { Plate } from '../domain/plate.ts'
import { anywhere } from './text-search.ts'

/** The ids of the rows that stand for these vehicles, in the same order; made where there are none. */
export async function upsertPlates(tx: Tx, wanted: Plate[], newId: () => string): Promise<string[]> {
  if (wanted.length === 0) return []
  const rows = wanted.map(({ plate, skeleton }) => ({ id: newId(), raw: plate, plate, skeleton }))
  await tx.insert(plates).values(rows).onConflictDoNothing()
  const texts = rows.map((row) => row.plate)
  const found = await tx
    .select({ id: plates.id, plate: plates.plate })
    .from(plates)
    .where(and(inArray(plates.plate, texts), eq(plates.raw, plates.plate)))
  const ids = new Map(found.map((row) => [row.plate, row.id]))
  return texts.map((text) => ids.get(text)!)
}

type Vehicle = { id: string; plate: string; skeleton: string }

const vehicle = { id: plates.id, plate: sql<string>`${plates.plate}`, skeleton: sql<string>`${plates.skeleton}` }

export async function findVehicle(db: Db, plate: string): Promise<Vehicle | undefined> {
  return (
    await db
      .select(vehicle)
      .from(plates)
      .where(and(eq(plates.plate, plate), eq(plates.raw, plate)))
  )[0]
}

// The row that stands for the vehicle, not one of another spelling; said so that the planner does not guess it to be rare.
const ownRow = sql`coalesce(${plates.raw} = ${plates.plate}, false)`

/** The vehicles whose plate has this part. */
export async function listVehiclesWith(db: Db, fragment: string, limit: number): Promise<Vehicle[]> {
  return db
    .select(vehicle)
    .from(plates)
    .where(and(like(plates.plate, anywhere(fragment)), ownRow))
    .limit(limit)
}

/** Every vehicle that may be taken for this plate, and some that may not: those with an equal skeleton or much in common. */
export async function listVehiclesMuchLike(db: Db, { plate, skeleton }: Plate, limit: number): Promise<Vehicle[]> {
  // One edit leaves plates of five characters a third of their trigrams at least; Postgres' threshold is 0.3.
  const muchInCommon = db
    .select(vehicle)
    .from(plates)
    .where(and(sql`${plates.plate} % ${plate}`, ownRow))
  const equalSkeleton = db
    .select(vehicle)
    .from(plates)
    .where(and(eq(plates.skeleton, skeleton), eq(plates.raw, plates.plate)))
  return muchInCommon.union(equalSkeleton).limit(limit)
}

export type ShownPlate = { id: string; siteId: string; plate: string | null; plateRaw: string | null }

const rawPlates = alias(plates, 'raw_plates')

export async function listPlatesOfDecisions(db: Db, siteIds: string[], ids: string[]): Promise<ShownPlate[]> {
  return db
    .select({ id: decisions.id, siteId: decisions.siteId, plate: plates.plate, plateRaw: rawPlates.raw })
    .from(decisions)
    .innerJoin(plates, eq(plates.id, decisions.plateId))
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(rawPlates, eq(rawPlates.id, reads.rawPlateId))
    .where(and(inArray(decisions.id, ids), inArray(decisions.siteId, siteIds)))
}

export async function listPlatesOfSessions(db: Db, siteIds: string[], ids: string[]): Promise<ShownPlate[]> {
  return db
    .select({ id: sessions.id, siteId: sessions.siteId, plate: plates.plate, plateRaw: sql<null>`null` })
    .from(sessions)
    .innerJoin(plates, eq(plates.id, sessions.plateId))
    .where(and(inArray(sessions.id, ids), inArray(sessions.siteId, siteIds)))
}

/**
 * Plates of vehicles that are inside, subscribed or blacklisted at one of the sites: what is on an operator's screens by plate id,
 * and what indexes find. An entry for all sites counts at every one.
 */
export async function listPlatesInUse(db: Db, siteIds: string[], ids: string[]): Promise<ShownPlate[]> {
  const { rows } = await db.execute<{ id: string; site_id: string; plate: string | null }>(sql`
    with mine as (select unnest(${sql.param(siteIds)}::uuid[]) as site_id)
    select distinct on (p.id) p.id, used.site_id, p.plate
    from ${plates} p join lateral (
      select s.site_id from ${sessions} s join mine using (site_id) where s.plate_id = p.id and s.state = 'open'
      union all
      select x.site_id from ${subscriptionVehicles} v
        join ${subscriptionSites} x on x.subscription_id = v.subscription_id join mine using (site_id)
        where v.plate_id = p.id
      union all
      select m.site_id from ${blacklistEntries} b join mine m on b.site_id is null or b.site_id = m.site_id
        where b.plate_id = p.id
    ) used on true
    where p.id = any(${sql.param(ids)}::uuid[])
    order by p.id, used.site_id`)
  return rows.map((row) => ({ id: row.id, siteId: row.site_id, plate: row.plate, plateRaw: null }))
}
