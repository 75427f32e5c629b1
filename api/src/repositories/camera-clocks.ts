import { eq, gte, inArray, isNull, lt, max, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { cameraClockHours, cameras } from '../db/schema.ts'
import type { CameraClock, ClockSample } from '../domain/camera-clock.ts'

/** An index serves it, so that a camera with nothing new costs next to nothing. */
const sinceLook = sql`r.id > coalesce(c.clock_read_id, '00000000-0000-0000-0000-000000000000')`

export type ClockedCamera = CameraClock & { id: string; gateId: string; siteId: string; maxReadAgeMs: number }

/** Cameras in use that have read something since their clocks were looked at, locked; one that somebody edits comes next time. */
export async function lockClockedCameras(tx: Tx): Promise<ClockedCamera[]> {
  const { rows } = await tx.execute<ClockedRow>(sql`
    select c.id, c.gate_id, g.site_id, s.max_read_age_seconds, c.clock_offset_ms, c.clock_jumped_to_ms
    from cameras c join gates g on g.id = c.gate_id join sites s on s.id = g.site_id
    where c.revoked_at is null
      and exists (select from reads r where r.camera_id = c.id and ${sinceLook})
    order by c.id for no key update of c skip locked`)
  return rows.map((row) => ({
    id: row.id,
    gateId: row.gate_id,
    siteId: row.site_id,
    maxReadAgeMs: row.max_read_age_seconds * 1000,
    offsetMs: Number(row.clock_offset_ms),
    jumpedToMs: row.clock_jumped_to_ms === null ? null : Number(row.clock_jumped_to_ms),
  }))
}

export type ClockRead = ClockSample & { cameraId: string; readId: string; retransmitted: boolean }

/** The newest reads of each camera, newest first: those since its clock was looked at, or those that it did not keep back. */
export async function listNewestReads(
  tx: Tx,
  cameraIds: string[],
  { only, limit }: { only: 'since look' | 'not kept back'; limit: number },
): Promise<ClockRead[]> {
  const wanted = only === 'since look' ? sinceLook : sql`not r.retransmitted`
  const { rows } = await tx.execute<ReadRow>(sql`
    select c.id, n.* from cameras c
    cross join lateral (
      select r.id as read_id, r.plate_id, r.received_at, r.retransmitted,
        round(extract(epoch from r.captured_at - r.received_at) * 1000) as shown_ms
      from reads r where r.camera_id = c.id and ${wanted} order by r.id desc limit ${limit}
    ) n
    where c.id = any(${sql.param(cameraIds)}::uuid[]) order by n.read_id desc`)
  return rows.map((row) => ({
    cameraId: row.id,
    readId: row.read_id,
    plateId: row.plate_id,
    receivedAt: new Date(row.received_at),
    retransmitted: row.retransmitted,
    shownMs: Number(row.shown_ms),
  }))
}

/** Raises what a camera's clock was seen to show in an hour. */
export async function raiseHours(tx: Tx, hours: (typeof cameraClockHours.$inferInsert)[]) {
  if (hours.length === 0) return
  await tx
    .insert(cameraClockHours)
    .values(hours)
    .onConflictDoUpdate({
      target: [cameraClockHours.cameraId, cameraClockHours.hour],
      set: { mostMs: sql`greatest(${cameraClockHours.mostMs}, excluded.most_ms)` },
    })
}

/** Forgets the hours of these cameras before `oldest`, and returns the most that each clock showed in the others. */
export async function mostShownSince(tx: Tx, cameraIds: string[], oldest: Date): Promise<Map<string, number>> {
  const ofThem = inArray(cameraClockHours.cameraId, cameraIds)
  await tx.delete(cameraClockHours).where(sql`${ofThem} and ${lt(cameraClockHours.hour, oldest)}`)
  const rows = await tx
    .select({ id: cameraClockHours.cameraId, most: max(cameraClockHours.mostMs) })
    .from(cameraClockHours)
    .where(sql`${ofThem} and ${gte(cameraClockHours.hour, oldest)}`)
    .groupBy(cameraClockHours.cameraId)
  return new Map(rows.map(({ id, most }) => [id, Number(most)]))
}

/** Stores what was observed. The version stays: an observation must not make an operator's edit stale. */
export async function storeClock(tx: Tx, id: string, { offsetMs, jumpedToMs }: CameraClock, readId: string) {
  await tx
    .update(cameras)
    .set({ clockOffsetMs: offsetMs, clockJumpedToMs: jumpedToMs, clockReadId: readId })
    .where(eq(cameras.id, id))
}

/** Forgets what the clock of a camera showed before somebody said what it shows. */
export async function forgetHours(tx: Tx, cameraId: string) {
  await tx.delete(cameraClockHours).where(eq(cameraClockHours.cameraId, cameraId))
}

/** What the clock of each camera in use shows: where it has jumped to, if it has. */
export async function listClocks(db: Db): Promise<{ id: string; shownMs: number }[]> {
  return db
    .select({
      id: cameras.id,
      shownMs: sql`coalesce(${cameras.clockJumpedToMs}, ${cameras.clockOffsetMs})`.mapWith(Number),
    })
    .from(cameras)
    .where(isNull(cameras.revokedAt))
}

type ClockedRow = {
  id: string
  gate_id: string
  site_id: string
  max_read_age_seconds: number
  clock_offset_ms: string
  clock_jumped_to_ms: string | null
}
type ReadRow = {
  id: string
  read_id: string
  plate_id: string
  received_at: string
  retransmitted: boolean
  shown_ms: string
}
