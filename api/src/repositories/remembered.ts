import { eq, getTableColumns, isNull } from 'drizzle-orm'
import type pg from 'pg'
import type { Db } from '../db/client.ts'
import { cameras, gates, sites } from '../db/schema.ts'
import { type CameraRow, listCamerasInUse } from './cameras.ts'
import { entitledUntil } from './entitlement.ts'
import type { GateRow } from './gates.ts'

export type SiteRow = typeof sites.$inferSelect
/** A camera with the gate and the site it stands at. */
export type Lane = { camera: CameraRow; gate: GateRow; site: SiteRow }
export type Lanes = { gates: GateRow[]; lanes: Lane[] }

/** What rows of them are made of: those of another version may lack what the rules look at. */
export const laneColumns = [sites, gates, cameras].flatMap((table) => Object.keys(getTableColumns(table))).join()

/** Every gate in use, and every lane: what a process must remember to decide by policy. */
export async function loadLanes(db: Db): Promise<Lanes> {
  const rows = await db.select().from(gates).innerJoin(sites, eq(sites.id, gates.siteId)).where(isNull(gates.retiredAt))
  const places = new Map(rows.map((row) => [row.gates.id, { gate: row.gates, site: row.sites }]))
  const cameras = await listCamerasInUse(db)
  const lanes = cameras.flatMap((camera) => {
    const place = places.get(camera.gateId)
    return place === undefined ? [] : [{ camera, ...place }]
  })
  return { gates: rows.map((row) => row.gates), lanes }
}

/** Each changes when what it stands for was changed, also by a transaction that began earlier and committed later. */
export type Marks = {
  /** Sites, gates and cameras: by whom each row of them was last written. */
  lanes: string
  /** Who may park. */
  entitled: string
}

export async function readMarks(pool: pg.Pool): Promise<Marks> {
  const writers = (table: string) => `(select coalesce(string_agg(xmin::text, ' ' order by id), '') from ${table})`
  const { rows } = await pool.query({
    name: 'marks',
    text: `select ${['sites', 'gates', 'cameras'].map(writers).join(` || ',' || `)} as lanes,
      (select count(*) || ' ' || coalesce(max(id), 0) from entitlement_changes) as entitled`,
  })
  return rows[0]
}

export type Entitlement = {
  siteId: string
  plate: string
  plateId: string
  subscriptionId: string
  validFrom: Date
  validUntil: Date | null
}

/** Who may park where, now or later: the allow-list. */
export async function listEntitlements(pool: pg.Pool, now: Date): Promise<Entitlement[]> {
  const { rows } = await pool.query({
    name: 'entitlements',
    text: `
      select x.site_id, p.plate, p.id as plate_id, u.id as subscription_id, u.valid_from, ${entitledUntil('u')} as valid_until
      from subscriptions u
      join subscription_sites x on x.subscription_id = u.id
      join subscription_vehicles v on v.subscription_id = u.id
      join plates p on p.id = v.plate_id
      where p.plate is not null and coalesce(${entitledUntil('u')}, 'infinity') > $1`,
    values: [now],
  })
  return rows.map((row) => ({
    siteId: row.site_id,
    plate: row.plate,
    plateId: row.plate_id,
    subscriptionId: row.subscription_id,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  }))
}

export type Ban = { siteId: string | null; plate: string; validFrom: Date; validUntil: Date | null }

/** Who is blacklisted, now or later. */
export async function listBans(pool: pg.Pool, now: Date): Promise<Ban[]> {
  const { rows } = await pool.query({
    name: 'bans',
    text: `
      select b.site_id, p.plate, b.valid_from, b.valid_until
      from blacklist_entries b join plates p on p.id = b.plate_id
      where p.plate is not null and (b.valid_until is null or b.valid_until > $1)`,
    values: [now],
  })
  return rows.map((row) => ({
    siteId: row.site_id,
    plate: row.plate,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  }))
}
