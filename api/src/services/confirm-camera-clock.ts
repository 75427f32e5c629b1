import type { CameraClock, CameraItem } from '@turnpike/contracts/site.ts'
import { toCameraItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import { forgetHours } from '../repositories/camera-clocks.ts'
import { updateCamera } from '../repositories/cameras.ts'
import type { Mark } from '../repositories/change.ts'
import { findSite } from '../repositories/sites.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit } from './edit.ts'
import { subjects } from './subjects.ts'

/**
 * An operator says that a camera's clock is what he saw it to be: from now on the age of its reads is taken against that. Refuses
 * what the camera does not show, or no longer.
 */
export async function confirmCameraClock(
  deps: Deps,
  caller: Caller,
  id: string,
  { offsetSeconds, changeReason }: CameraClock,
): Promise<CameraItem> {
  const row = await edit(deps, caller, subjects.camera, {
    id,
    saw: undefined,
    role: 'operator',
    action: 'clock_confirmed',
    reason: changeReason,
    async apply(tx, camera, now) {
      requireInUse(camera.revokedAt)
      const site = (await findSite(tx, camera.siteId))!
      const isMeant = (clockMs: number | null) =>
        clockMs !== null && Math.abs(clockMs - offsetSeconds * 1000) <= site.maxReadAgeSeconds * 1000
      const clockOffsetMs = [camera.clockJumpedToMs, camera.clockShownMs].find(isMeant)
      if (clockOffsetMs === undefined || clockOffsetMs === null)
        throw new Refusal('conflict', 'The camera does not show this clock, or no longer. Look at it again.')
      await updateCamera(tx, id, { clockOffsetMs, clockJumpedToMs: null })
      await forgetHours(tx, id)
      const alertId = await resolveAlert(tx, 'camera_clock_jumped', id, now)
      const gate: Mark = { kind: 'gate', id: camera.gateId }
      return alertId === undefined ? [gate] : [gate, { kind: 'alert', id: alertId }]
    },
  })
  return toCameraItem(row)
}
