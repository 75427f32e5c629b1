import type { CameraItem, CameraWithKey, GateItem, GateWithKey } from '@turnpike/contracts/site.ts'
import type { Tx } from '../db/client.ts'
import { storedKeys, withKey, withoutKey } from '../domain/device-key.ts'
import { toCameraItem, toGateItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { type CameraDevice, updateCamera } from '../repositories/cameras.ts'
import { type GateRow, updateGate } from '../repositories/gates.ts'
import { type Caller, requireInUse } from './access.ts'
import type { Deps } from './deps.ts'
import { edit, type Subject } from './edit.ts'
import { subjects } from './subjects.ts'

/*
 * A device's key is replaced without a gap: a second one is made and put into the device, then the first is removed. A lane's
 * controller and a camera do it alike.
 */

type Device<Row extends { id: string; version: number }> = {
  subject: Subject<Row>
  hashes: (row: Row) => string[]
  endedAt: (row: Row) => Date | null
  /** Stores the live keys; `added` is the text of the one that is new. */
  store: (tx: Tx, row: Row, hashes: string[], added?: string) => Promise<void>
}

const controller: Device<GateRow> = {
  subject: subjects.gate,
  hashes: (row) => row.controllerKeyHashes,
  endedAt: (row) => row.retiredAt,
  store: (tx, { id }, controllerKeyHashes) => updateGate(tx, id, { controllerKeyHashes }),
}

const camera: Device<CameraDevice> = {
  subject: subjects.camera,
  hashes: (row) => row.keyHashes,
  endedAt: (row) => row.revokedAt,
  store: (tx, row, keyHashes, added) => {
    const known = { ...row.digestHashes, ...(added === undefined ? {} : storedKeys([added]).digestHashes) }
    const digestHashes = Object.fromEntries(Object.entries(known).filter(([hash]) => keyHashes.includes(hash)))
    return updateCamera(tx, row.id, { keyHashes, digestHashes })
  },
}

/** A second key for the controller of a lane, shown this once. */
export async function addGateKey(deps: Deps, caller: Caller, id: string, reason?: string): Promise<GateWithKey> {
  const { row, key } = await add(deps, caller, controller, id, reason)
  return { ...toGateItem(row), key }
}

/** A second key for a camera, shown this once. */
export async function addCameraKey(deps: Deps, caller: Caller, id: string, reason?: string): Promise<CameraWithKey> {
  const { row, key } = await add(deps, caller, camera, id, reason)
  return { ...toCameraItem(row), key }
}

/** Shuts out whoever has this key of a lane's controller. Keys are counted anew then, hence the version that was seen. */
export async function removeGateKey(
  deps: Deps,
  caller: Caller,
  id: string,
  number: number,
  saw: number,
  reason: string | undefined,
): Promise<GateItem> {
  return toGateItem(await remove(deps, caller, controller, id, number, saw, reason))
}

/** The same for a camera. */
export async function removeCameraKey(
  deps: Deps,
  caller: Caller,
  id: string,
  number: number,
  saw: number,
  reason: string | undefined,
): Promise<CameraItem> {
  return toCameraItem(await remove(deps, caller, camera, id, number, saw, reason))
}

async function add<Row extends { id: string; version: number }>(
  deps: Deps,
  caller: Caller,
  device: Device<Row>,
  id: string,
  reason: string | undefined,
) {
  const key = deps.newKey()
  const row = await edit(deps, caller, device.subject, {
    id,
    saw: undefined,
    role: 'manager',
    action: 'key_added',
    reason,
    async apply(tx, before) {
      requireInUse(device.endedAt(before))
      const hashes = withKey(device.hashes(before), key)
      if (hashes === undefined) throw new Refusal('conflict', 'Two keys are live already. Remove one first.')
      await device.store(tx, before, hashes, key)
      return []
    },
  })
  return { row, key }
}

async function remove<Row extends { id: string; version: number }>(
  deps: Deps,
  caller: Caller,
  device: Device<Row>,
  id: string,
  number: number,
  saw: number,
  reason: string | undefined,
): Promise<Row> {
  return edit(deps, caller, device.subject, {
    id,
    saw,
    role: 'manager',
    action: 'key_removed',
    reason,
    async apply(tx, before) {
      const hashes = withoutKey(device.hashes(before), number)
      if (hashes === undefined)
        throw new Refusal('conflict', `Key ${number} cannot go: it is the only one, or there is none such.`)
      await device.store(tx, before, hashes)
      return []
    },
  })
}
