import { isOneOf } from '../domain/device-key.ts'
import { isId } from '../domain/id.ts'
import { Refusal } from '../errors.ts'
import { type CameraRow, findCamera } from '../repositories/cameras.ts'
import type { Deps } from './deps.ts'

/** How often at most a wrong key makes us look again: a key that was just rotated works at once, a guesser costs little. */
const lookAgainMs = 1_000

export type CameraDirectory = {
  /** The camera that this key belongs to; refuses with `unauthenticated`. */
  authenticate(cameraId: string, key: string | undefined): Promise<CameraRow>
  /** The same from the database, for when what was remembered is out of date. */
  authenticateAnew(cameraId: string, key: string): Promise<CameraRow>
}

/** Remembers cameras per process, so that a read needs no look-up; the facts of every read tell when that is stale. */
export function createCameraDirectory(deps: Pick<Deps, 'database' | 'now'>): CameraDirectory {
  const known = new Map<string, { camera: CameraRow; lookedAt: number }>()

  async function refresh(cameraId: string): Promise<CameraRow> {
    const camera = await findCamera(deps.database.db, cameraId)
    if (camera === undefined || camera.revoked) {
      known.delete(cameraId)
      throw unknownKey()
    }
    known.set(cameraId, { camera, lookedAt: deps.now().getTime() })
    return camera
  }

  async function authenticate(cameraId: string, key: string | undefined): Promise<CameraRow> {
    if (key === undefined || !isId(cameraId)) throw unknownKey()
    const remembered = known.get(cameraId)
    if (remembered && isOneOf(remembered.camera.keyHashes, key)) return remembered.camera
    if (remembered && deps.now().getTime() - remembered.lookedAt < lookAgainMs) throw unknownKey()
    return authenticateAnew(cameraId, key)
  }

  async function authenticateAnew(cameraId: string, key: string): Promise<CameraRow> {
    const camera = await refresh(cameraId)
    if (!isOneOf(camera.keyHashes, key)) throw unknownKey()
    return camera
  }

  return { authenticate, authenticateAnew }
}

// The same words for an unknown camera and a wrong key: which cameras exist is nobody's business.
function unknownKey(): Refusal {
  return new Refusal(
    'unauthenticated',
    'No camera with this id and key. Send the key as a Bearer token or as the Basic password.',
  )
}
