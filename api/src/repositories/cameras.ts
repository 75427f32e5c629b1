import { eq } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { cameras, gates, sites } from '../db/schema.ts'

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
  version: number
}

/** A camera with what a process remembers of it between reads. */
export async function findCamera(db: Db, id: string): Promise<CameraRow | undefined> {
  const [row] = await db
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
      revokedAt: cameras.revokedAt,
      version: cameras.version,
    })
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .innerJoin(sites, eq(sites.id, gates.siteId))
    .where(eq(cameras.id, id))
  if (row === undefined) return undefined
  const { revokedAt, ...camera } = row
  return { ...camera, revoked: revokedAt !== null }
}
