import { inArray, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { plates } from '../db/schema.ts'
import type { Mark } from './change.ts'

/**
 * Locks every row that spells a plate, and those of its misreads: other texts that were read in passes of this vehicle alone, and are
 * nobody's stay, subscription or blacklist entry. `vehicle` is the row that stands for it. Nothing can refer to them anew meanwhile.
 */
export async function lockSpellings(
  tx: Tx,
  plate: string,
): Promise<{ vehicle: string | undefined; plateIds: string[] }> {
  const own = await tx.execute<{ id: string; stands: boolean }>(
    sql`select id, raw = plate as stands from plates where plate = ${plate} order by id for update`,
  )
  const ids = own.rows.map(({ id }) => id)
  if (ids.length === 0) return { vehicle: undefined, plateIds: [] }
  const mine = sql`any(${sql.param(ids)}::uuid[])`
  const misread = await tx.execute<{ id: string }>(sql`
    with stays as (
      select id from sessions where plate_id = ${mine} or corrected_from_plate_id = ${mine}
    ), about as (
      select id from decisions where plate_id = ${mine} or matched_plate_id = ${mine} or session_id in (select id from stays)
    ), texts as (
      select distinct p.plate from reads r join plates p on p.id = r.plate_id
      where r.decision_id in (select id from about) and p.plate <> ${plate}
    )
    select p.id from texts t join plates p on p.plate = t.plate
    where not exists (
        select from reads r join plates o on o.id = r.plate_id
        where o.plate = t.plate and (r.decision_id is null or r.decision_id not in (select id from about)))
      and not exists (select from sessions s join plates o on o.id = s.plate_id where o.plate = t.plate)
      and not exists (select from subscription_vehicles v join plates o on o.id = v.plate_id where o.plate = t.plate)
      and not exists (select from blacklist_entries b join plates o on o.id = b.plate_id where o.plate = t.plate)
    order by p.id for update of p`)
  const vehicle = own.rows.find(({ stands }) => stands) ?? own.rows[0]!
  return { vehicle: vehicle.id, plateIds: [...ids, ...misread.rows.map(({ id }) => id)] }
}

/** What still needs these plates, as a person reads it. */
export async function findDependents(tx: Tx, plateIds: string[], now: Date): Promise<string[]> {
  const mine = sql`any(${sql.param(plateIds)}::uuid[])`
  const { rows } = await tx.execute<{ what: string }>(sql`
    select 'an open stay' as what from sessions where plate_id = ${mine} and state = 'open'
    union select 'a subscription' from subscription_vehicles v join subscriptions u on u.id = v.subscription_id
      where v.plate_id = ${mine} and (u.valid_until is null or u.valid_until > ${now}::timestamptz)
    union select 'a blacklist entry' from blacklist_entries
      where plate_id = ${mine} and (valid_until is null or valid_until > ${now}::timestamptz)
    order by what`)
  return rows.map(({ what }) => what)
}

/** The documents that show these plates, masked: those that are written, and those that a mark says are about to be. */
export async function listDocumentsAbout(tx: Tx, plateIds: string[]): Promise<Mark[]> {
  const mine = sql`any(${sql.param(plateIds)}::uuid[])`
  const { rows } = await tx.execute<Mark>(sql`
    with shown as (
      select 'session'::mirror_kind as kind, id from sessions where plate_id = ${mine}
      union all select 'gate', gp.gate_id from gate_passes gp join decisions d on d.id = gp.decision_id where d.plate_id = ${mine}
    )
    select s.kind, s.id from shown s
    where exists (select from mirror_documents d where (d.kind, d.subject_id) = (s.kind, s.id) and d.data is not null)
      or exists (select from mirror_marks m where (m.kind, m.subject_id) = (s.kind, s.id))`)
  return rows
}

/** Nobody can tell any more what these rows spelled. Whoever comes with that plate again is somebody new. */
export async function blankPlates(tx: Tx, plateIds: string[]) {
  await tx.update(plates).set({ raw: null, plate: null, skeleton: null }).where(inArray(plates.id, plateIds))
}
