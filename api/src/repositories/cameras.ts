import { and, desc, eq, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { cameras, gates, reads, sites } from '../db/schema.ts'
import type { PlaceFilter } from './gates.ts'
import { afterId, type PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

/** What a process remembers of a camera. What of it lies at the gate or the site changes with the camera's version, too. */
export type CameraRow = {
  id: string
  gateId: string
  format: (typeof cameras.$inferSelect)['format']
  keyHashes: string[]
  digestHashes: (typeof cameras.$inferSelect)['digestHashes']
  directionMap: Record<string, 'entry' | 'exit'>
  direction: 'entry' | 'exit'
  actuation: (typeof gates.$inferSelect)['actuation']
  timeZone: string
  revoked: boolean
  /** As it was when it was looked up. */
  clock: { offsetMs: number; jumpedToMs: number | null }
  version: number
}

const remembered = (db: Db) =>
  db
    .select({
      id: cameras.id,
      gateId: cameras.gateId,
      format: cameras.format,
      keyHashes: cameras.keyHashes,
      digestHashes: cameras.digestHashes,
      directionMap: cameras.directionMap,
      direction: gates.direction,
      actuation: gates.actuation,
      timeZone: sites.timeZone,
      revoked: sql<boolean>`${cameras.revokedAt} is not null`,
      clock: { offsetMs: cameras.clockOffsetMs, jumpedToMs: cameras.clockJumpedToMs },
      version: cameras.version,
    })
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .innerJoin(sites, eq(sites.id, gates.siteId))

/** A camera with what a process remembers of it between reads. */
export async function findCamera(db: Db, id: string): Promise<CameraRow | undefined> {
  return (await remembered(db).where(eq(cameras.id, id)))[0]
}

/** The same of every camera that is not revoked. */
export async function listCamerasInUse(db: Db): Promise<CameraRow[]> {
  return remembered(db).where(isNull(cameras.revokedAt))
}

const lastSeenAt = sql<Date | null>`(
  select ${reads.receivedAt} from ${reads} where ${reads.cameraId} = ${cameras.id} order by ${reads.receivedAt} desc, ${reads.id} desc limit 1)`
const clockShownMs = sql<number | null>`(
  select round(extract(epoch from ${reads.capturedAt} - ${reads.receivedAt}) * 1000) from ${reads}
  where ${reads.cameraId} = ${cameras.id} and not ${reads.retransmitted} order by ${reads.receivedAt} desc, ${reads.id} desc limit 1)`

const deviceColumns = {
  id: cameras.id,
  gateId: cameras.gateId,
  siteId: gates.siteId,
  name: cameras.name,
  format: cameras.format,
  directionMap: cameras.directionMap,
  keyHashes: cameras.keyHashes,
  digestHashes: cameras.digestHashes,
  revokedAt: cameras.revokedAt,
  version: cameras.version,
  clockOffsetMs: cameras.clockOffsetMs,
  clockJumpedToMs: cameras.clockJumpedToMs,
  clockShownMs: clockShownMs.mapWith(Number),
  lastSeenAt: lastSeenAt.mapWith(reads.receivedAt),
}

/** A camera as operators configure it. */
export type CameraDevice = NonNullable<Awaited<ReturnType<typeof findCameraDevice>>>

export async function findCameraDevice(db: Db, id: string) {
  const [row] = await db
    .select(deviceColumns)
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .where(eq(cameras.id, id))
  return row
}

export const lockCamera = locking(cameras, findCameraDevice)

export async function listCameras(
  db: Db,
  { siteIds, retired, gateId }: PlaceFilter & { gateId?: string | undefined },
  page: PageRequest,
): Promise<CameraDevice[]> {
  const after = afterId(page)
  return db
    .select(deviceColumns)
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .where(
      and(
        inArray(gates.siteId, siteIds),
        retired ? isNotNull(cameras.revokedAt) : isNull(cameras.revokedAt),
        gateId === undefined ? undefined : eq(cameras.gateId, gateId),
        after ? lt(cameras.id, after) : undefined,
      ),
    )
    .orderBy(desc(cameras.id))
    .limit(page.limit + 1)
}

export async function insertCamera(tx: Tx, camera: typeof cameras.$inferInsert) {
  await tx.insert(cameras).values(camera)
}

/** The new version is what tells every process that what it remembers of the camera is out of date. */
export async function updateCamera(tx: Tx, id: string, set: Changes<typeof cameras>) {
  await updateVersioned(tx, cameras, id, set)
}

/**
 * For what concerns all cameras in use at a gate or a site: part of both is remembered with them, and a gate's cameras end with it.
 */
export async function updateCamerasAt(
  tx: Tx,
  place: { gateId: string } | { siteId: string },
  set: Pick<Changes<typeof cameras>, 'revokedAt'> = {},
) {
  const there =
    'gateId' in place
      ? eq(cameras.gateId, place.gateId)
      : inArray(cameras.gateId, tx.select({ id: gates.id }).from(gates).where(eq(gates.siteId, place.siteId)))
  await tx
    .update(cameras)
    .set({ ...set, version: sql`${cameras.version} + 1` } as never)
    .where(and(there, isNull(cameras.revokedAt)))
}
