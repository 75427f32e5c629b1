import { eq } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { cameras, gates } from '../db/schema.ts'

export type CameraRow = {
  id: string
  gateId: string
  format: (typeof cameras.$inferSelect)['format']
  keyHashes: string[]
  directionMap: Record<string, 'entry' | 'exit'>
  direction: 'entry' | 'exit'
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
      directionMap: cameras.directionMap,
      direction: gates.direction,
      revokedAt: cameras.revokedAt,
      version: cameras.version,
    })
    .from(cameras)
    .innerJoin(gates, eq(gates.id, cameras.gateId))
    .where(eq(cameras.id, id))
  if (row === undefined) return undefined
  const { revokedAt, ...camera } = row
  return { ...camera, revoked: revokedAt !== null }
}
