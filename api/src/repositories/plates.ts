import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { blacklistEntries, decisions, plates, sessions, subscriptionSites, subscriptionVehicles } from '../db/schema.ts'
import type { Plate } from '../domain/plate.ts'

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

export type ShownPlate = { id: string; siteId: string; plate: string | null }

export async function listPlatesOfDecisions(db: Db, siteIds: string[], ids: string[]): Promise<ShownPlate[]> {
  return db
    .select({ id: decisions.id, siteId: decisions.siteId, plate: plates.plate })
    .from(decisions)
    .innerJoin(plates, eq(plates.id, decisions.plateId))
    .where(and(inArray(decisions.id, ids), inArray(decisions.siteId, siteIds)))
}

export async function listPlatesOfSessions(db: Db, siteIds: string[], ids: string[]): Promise<ShownPlate[]> {
  return db
    .select({ id: sessions.id, siteId: sessions.siteId, plate: plates.plate })
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
  return rows.map((row) => ({ id: row.id, siteId: row.site_id, plate: row.plate }))
}
