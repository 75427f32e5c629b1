import { randomBytes } from 'node:crypto'
import { isOneOf } from '../domain/device-key.ts'
import { challenges, type DigestResponse, makeNonce, nonceMadeAt, provesKey } from '../domain/digest-access.ts'
import { isId } from '../domain/id.ts'
import { Refusal } from '../errors.ts'
import { type CameraRow, findCamera } from '../repositories/cameras.ts'
import type { Deps } from './deps.ts'

/** How often at most a wrong key makes us look again: a key that was just rotated works at once, a guesser costs little. */
const lookAgainMs = 1_000
/** Long enough for several posts on one challenge, short enough for an overheard one to be of little use. */
const nonceLivesMs = 5 * 60_000
/** What a process remembers of nonces in use: a camera has one or a few in five minutes. */
const mostNonces = 10_000

export type DigestAnswer = DigestResponse
export type CameraCredentials = { kind: 'key'; key: string } | { kind: 'digest'; method: string; answer: DigestAnswer }

export type CameraDirectory = {
  /** The camera that these credentials belong to; refuses with `unauthenticated` and a challenge, or with `rate_limited`. */
  authenticate(cameraId: string, credentials: CameraCredentials | undefined): Promise<CameraRow>
  /** The same from the database, for when what was remembered is out of date: a Digest answer that was counted stays counted. */
  authenticateAnew(cameraId: string, credentials: CameraCredentials | undefined): Promise<CameraRow>
}

/** Remembers cameras per process, so that a read needs no look-up; the facts of every read tell when that is stale. */
export function createCameraDirectory(deps: Pick<Deps, 'database' | 'now' | 'lanes' | 'strangers'>): CameraDirectory {
  const known = new Map<string, { camera: CameraRow; lookedAt: number }>()
  const nonces = createNonceCounts(deps.now())
  const nobodysSecret = randomBytes(32).toString('hex')

  async function find(cameraId: string): Promise<CameraRow | undefined> {
    const camera = await findCamera(deps.database.db, cameraId)
    if (camera === undefined || camera.revoked) {
      known.delete(cameraId)
      return undefined
    }
    known.set(cameraId, { camera, lookedAt: deps.now().getTime() })
    return camera
  }

  /** What every process remembers of all lanes. It may be seconds old, so that a wrong key is looked up at once. */
  function rememberedLane(cameraId: string): { camera: CameraRow; lookedAt: number } | undefined {
    const lane = deps.lanes.lane(cameraId)
    return lane && { camera: lane.camera, lookedAt: 0 }
  }

  async function authenticateAnew(cameraId: string, credentials: CameraCredentials | undefined): Promise<CameraRow> {
    const camera = await find(cameraId)
    if (camera === undefined || credentials === undefined || !isProof(camera, credentials)) throw unknown(camera, false)
    return camera
  }

  async function authenticate(cameraId: string, credentials: CameraCredentials | undefined): Promise<CameraRow> {
    if (!isId(cameraId)) throw unknown(undefined, false)
    const remembered = known.get(cameraId) ?? rememberedLane(cameraId)
    if (remembered === undefined) deps.strangers.lookUp(cameraId)
    let camera = remembered?.camera ?? (await find(cameraId))
    if (camera === undefined || credentials === undefined) throw unknown(camera, false)
    if (!isProof(camera, credentials)) {
      // Just looked up, or looked up a moment ago: a wrong key does not send us to the database again.
      if (remembered === undefined || deps.now().getTime() - remembered.lookedAt < lookAgainMs)
        throw unknown(camera, false)
      camera = await find(cameraId)
      if (camera === undefined || !isProof(camera, credentials)) throw unknown(camera, false)
    }
    if (credentials.kind === 'digest' && !isFirstUse(camera, credentials.answer)) throw unknown(camera, true)
    return camera
  }

  /** Only the camera's owner and the database know the hashes of its keys, so they may seal its nonces, in any process. */
  function secretOf(camera: CameraRow | undefined): string {
    return camera === undefined ? nobodysSecret : [camera.id, ...camera.keyHashes].join()
  }

  function isFirstUse(camera: CameraRow, { nonce, nc }: DigestAnswer): boolean {
    const madeAt = nonceMadeAt(secretOf(camera), nonce)
    const now = deps.now().getTime()
    return madeAt !== undefined && now - madeAt.getTime() <= nonceLivesMs && nonces.count(nonce, nc, madeAt)
  }

  // The same words for an unknown camera and a wrong key: which cameras exist is nobody's business.
  function unknown(camera: CameraRow | undefined, stale: boolean): Refusal {
    return new Refusal(
      'unauthenticated',
      'No camera with this id and key. Send the key as the password of the user "turnpike" (Digest or Basic) or as a Bearer token.',
      { challenges: challenges(makeNonce(secretOf(camera), deps.now(), randomBytes(12)), stale) },
    )
  }

  return { authenticate, authenticateAnew }
}

function isProof({ keyHashes, digestHashes }: CameraRow, credentials: CameraCredentials): boolean {
  if (credentials.kind === 'key') return isOneOf(keyHashes, credentials.key)
  const { method, answer } = credentials
  // Hashes of a key that is not live any more may still lie there: only those of live ones are looked at.
  return keyHashes.some((keyHash) => {
    const hashes = digestHashes[keyHash]
    return hashes !== undefined && provesKey(hashes, method, answer)
  })
}

/**
 * Who overhears an answer may send it again with another body, so a nonce's count must grow with each use. What was made before
 * this memory began, or was dropped from it, counts as used: the client is told that it is stale and answers a fresh one.
 */
function createNonceCounts(beganAt: Date) {
  const counts = new Map<string, { count: number; madeAt: number }>()
  let forgotten = beganAt.getTime()
  return {
    /** Whether this is the first use of this count, which is then remembered. */
    count(nonce: string, nc: string, madeAt: Date): boolean {
      const count = Number.parseInt(nc, 16)
      if (madeAt.getTime() < forgotten || count <= (counts.get(nonce)?.count ?? 0)) return false
      counts.set(nonce, { count, madeAt: madeAt.getTime() })
      for (const [oldest, { madeAt }] of counts) {
        if (counts.size <= mostNonces) break
        forgotten = Math.max(forgotten, madeAt + 1)
        counts.delete(oldest)
      }
      return true
    },
  }
}
