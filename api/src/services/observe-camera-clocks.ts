import {
  type CameraClock,
  type ClockSample,
  driftedTo,
  hourlyMost,
  jumpedTo,
  oldestHourThatCounts,
} from '../domain/camera-clock.ts'
import { raiseAlertOnce, resolveAlert } from '../repositories/alerts.ts'
import {
  type ClockedCamera,
  type ClockRead,
  listNewestReads,
  lockClockedCameras,
  mostShownSince,
  raiseHours,
  storeClock,
} from '../repositories/camera-clocks.ts'
import { type Audit, change, type Mark, measured } from '../repositories/change.ts'
import type { Deps } from './deps.ts'

type Needs = Pick<Deps, 'database' | 'now' | 'newId'>

/** As many as a camera may post between two looks. */
const mostSinceLook = 1_000
/** Among so many there are some of several vehicles. */
const newestLookedAt = 50

/**
 * Looks at what the clocks of cameras have shown since the last time: follows those that drift, and says of one that has jumped, or
 * has gone back, that it has. Decisions read the outcome with the camera, so this is never on their path.
 */
export async function observeCameraClocks(deps: Needs): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) => {
    const cameras = await lockClockedCameras(tx)
    if (cameras.length === 0) return measured(undefined)
    const ids = cameras.map(({ id }) => id)
    const fresh = byCamera(await listNewestReads(tx, ids, { only: 'since look', limit: mostSinceLook }))
    await raiseHours(
      tx,
      cameras.flatMap((camera) => hoursOf(camera, inTime(fresh.get(camera.id)))),
    )
    const most = await mostShownSince(tx, ids, oldestHourThatCounts(now))
    const doubtful = cameras.filter((camera) => isDoubtful(camera, inTime(fresh.get(camera.id)))).map(({ id }) => id)
    const newest = byCamera(await listNewestReads(tx, doubtful, { only: 'not kept back', limit: newestLookedAt }))

    const audit: Audit[] = []
    const marks: Mark[] = []
    for (const camera of cameras) {
      const { id, maxReadAgeMs } = camera
      const clock: CameraClock = {
        offsetMs: driftedTo(camera, maxReadAgeMs, most.get(id) ?? camera.offsetMs),
        jumpedToMs: doubtful.includes(id)
          ? jumpedTo(camera, maxReadAgeMs, inTime(fresh.get(id)), newest.get(id) ?? [])
          : camera.jumpedToMs,
      }
      await storeClock(tx, id, clock, fresh.get(id)![0]!.readId)
      if (isShownOtherwise(camera, clock)) marks.push({ kind: 'gate', id: camera.gateId })
      const told = toldOf(camera, clock)
      if (told === undefined) continue
      audit.push(told)
      const alertId =
        clock.jumpedToMs === null
          ? await resolveAlert(tx, 'camera_clock_jumped', id, now)
          : await raiseAlertOnce(tx, alertAbout(camera, deps.newId(), now))
      if (alertId !== undefined) marks.push({ kind: 'alert', id: alertId })
    }
    const [first, ...rest] = audit
    return first === undefined ? measured(undefined, marks) : { result: undefined, audit: [first, ...rest], marks }
  })
}

function byCamera(reads: ClockRead[]): Map<string, ClockRead[]> {
  return Map.groupBy(reads, ({ cameraId }) => cameraId)
}

/** What the camera says it has kept back tells nothing of its clock. */
function inTime(reads: ClockRead[] = []): ClockSample[] {
  return reads.filter(({ retransmitted }) => !retransmitted)
}

function hoursOf(camera: ClockedCamera, samples: ClockSample[]) {
  return [...hourlyMost(camera, camera.maxReadAgeMs, samples)].map(([hour, mostMs]) => ({
    cameraId: camera.id,
    hour: new Date(hour),
    mostMs,
  }))
}

function isDoubtful({ offsetMs, jumpedToMs, maxReadAgeMs }: ClockedCamera, samples: ClockSample[]): boolean {
  return jumpedToMs !== null || samples.some(({ shownMs }) => Math.abs(shownMs - offsetMs) > maxReadAgeMs)
}

/** A screen shows it in seconds. */
function isShownOtherwise(before: CameraClock, after: CameraClock): boolean {
  const shown = ({ offsetMs, jumpedToMs }: CameraClock) => Math.round((jumpedToMs ?? offsetMs) / 1000)
  return shown(before) !== shown(after) || (before.jumpedToMs === null) !== (after.jumpedToMs === null)
}

function toldOf(camera: ClockedCamera, { jumpedToMs }: CameraClock): Audit | undefined {
  const [before, after] = [camera.jumpedToMs, jumpedToMs]
  const isNews = before === null || after === null ? before !== after : Math.abs(after - before) > camera.maxReadAgeMs
  if (!isNews) return undefined
  return {
    action: after === null ? 'camera.clock_went_back' : 'camera.clock_jumped',
    siteId: camera.siteId,
    subjectKind: 'camera',
    subjectId: camera.id,
    before: { jumpedToMs: before },
    after: { jumpedToMs: after, offsetMs: camera.offsetMs },
  }
}

function alertAbout({ id, siteId, gateId }: ClockedCamera, alertId: string, raisedAt: Date) {
  return {
    id: alertId,
    siteId,
    gateId,
    kind: 'camera_clock_jumped' as const,
    subjectKind: 'camera',
    subjectId: id,
    raisedAt,
  }
}
