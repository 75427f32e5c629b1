import { inArray, type SQL, sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { plates } from '../db/schema.ts'
import type { Mark } from './change.ts'

/**
 * Locks every row that spells a plate, and those of its misreads: other texts that were read in passes of this vehicle, were decided for no
 * other, and are nobody's stay, subscription or blacklist entry. `vehicle` is the row that stands for it. Nothing can refer to them anew
 * meanwhile.
 */
export async function lockSpellings(
  tx: Tx,
  plate: string,
): Promise<{ vehicle: string | undefined; plateIds: string[] }> {
  const own = await tx.execute<{ id: string; stands: boolean; skeleton: string }>(
    sql`select id, raw = plate as stands, skeleton from plates where plate = ${plate} order by id for update`,
  )
  const ids = own.rows.map(({ id }) => id)
  if (ids.length === 0) return { vehicle: undefined, plateIds: [] }
  const mine = sql`any(${sql.param(ids)}::uuid[])`
  // No index has reads by plate or by decision, as each would cost every read at a gate: they are looked for around their decision at
  // its gate, and by its track, which may be longer (`offset 0` keeps Postgres from going through all reads for that). Who was taken
  // for this vehicle has its skeleton.
  const misread = await tx.execute<{ id: string }>(sql`
    with named as (
      select ${ofDecision} from decisions d where d.plate_id = ${mine}
      union select ${ofDecision} from sessions s join decisions d on d.session_id = s.id where s.plate_id = ${mine}
      union select ${ofDecision} from plates l join decisions d on d.plate_id = l.id
        where l.skeleton = ${own.rows[0]!.skeleton} and l.raw = l.plate and d.matched_plate_id = ${mine}
    ), about as (
      select * from named
      union select ${ofDecision} from named n join decisions m on m.id = n.id join decisions d on d.gate_id = n.gate_id
        and d.created_at between n.created_at - interval '1 minute' and n.created_at + interval '1 minute'
        where ${isUpgrade(sql`m`, sql`d`)} or ${isUpgrade(sql`d`, sql`m`)}
    ), read as (
      select plate_id from about
      union select r.plate_id from about d join cameras k on k.gate_id = d.gate_id cross join lateral (
        select plate_id, decision_id from reads where camera_id = k.id
          and received_at between d.created_at - interval '5 minutes' and d.created_at + interval '5 minutes' offset 0
      ) r where r.decision_id = d.id
      union select r.plate_id from about d join reads o on o.id = d.read_id cross join lateral (
        select plate_id, decision_id from reads where camera_id = o.camera_id and track_id = o.track_id offset 0
      ) r where r.decision_id = d.id
    ), texts as (
      select distinct p.plate from read r join plates p on p.id = r.plate_id where p.plate <> ${plate}
    )
    select p.id from texts t join plates p on p.plate = t.plate
    where not exists (
        select from plates o join decisions d on d.plate_id = o.id
        where o.plate = t.plate and d.id not in (select id from about))
      and not exists (select from plates o join sessions s on s.plate_id = o.id where o.plate = t.plate)
      and not exists (select from plates o join subscription_vehicles v on v.plate_id = o.id where o.plate = t.plate)
      and not exists (select from plates o join blacklist_entries b on b.plate_id = o.id where o.plate = t.plate)
    order by p.id for update of p`)
  const vehicle = own.rows.find(({ stands }) => stands) ?? own.rows[0]!
  return { vehicle: vehicle.id, plateIds: [...ids, ...misread.rows.map(({ id }) => id)] }
}

const ofDecision = sql`d.id, d.gate_id, d.read_id, d.plate_id, d.created_at`

/** Whether a plate was decided as a better read of the one before it. */
const isUpgrade = (better: SQL, first: SQL) => sql`(
  ${better}.facts #>> '{pass,decisionId}' = ${first}.id::text and ${better}.facts #> '{pass,alike}' = 'true'
  and ${better}.facts #>> '{pass,passageAt}' is null
  and ${first}.created_at >= ${better}.created_at - make_interval(secs => (${better}.facts #>> '{site,passWindowSeconds}')::int))`

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
