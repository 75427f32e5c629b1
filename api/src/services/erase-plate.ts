import type { PlateErasure, PlateErasureAnswer } from '@turnpike/contracts/plate.ts'
import { toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import { change, unchanged } from '../repositories/change.ts'
import { blankPlates, findDependents, listDocumentsAbout, lockSpellings } from '../repositories/erasure.ts'
import { actorOf, type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

/**
 * Forgets a vehicle: its plate in every spelling, and misreads that were of nobody else, are blanked; every record stays and keeps its
 * id. The record of it names no plate. Refused while a barrier or a bill still depends on the plate, because that would end unseen.
 */
export async function erasePlate(deps: Deps, caller: Caller, request: PlateErasure): Promise<PlateErasureAnswer> {
  requireRole(caller.operator, 'admin')
  const now = deps.now()
  const plate = toPlate(request.plate)
  if (plate === undefined) throw new Refusal('invalid_request', 'The plate has no letter and no digit.')
  if (toPlate(request.reason)?.plate.includes(plate.plate))
    throw new Refusal('invalid_request', 'The reason names the plate, and it is kept: say it without.')
  return change(deps.database.db, actorOf(caller), now, async (tx) => {
    const { vehicle, plateIds } = await lockSpellings(tx, plate.plate)
    if (vehicle === undefined) return unchanged({ erased: 0 })
    const dependents = await findDependents(tx, plateIds, now)
    if (dependents.length > 0)
      throw new Refusal('conflict', `This plate is still needed: ${dependents.join(', ')}. End that first.`)
    const marks = await listDocumentsAbout(tx, plateIds)
    await blankPlates(tx, plateIds)
    const result = { erased: plateIds.length }
    const entry = { action: 'plate.erased', siteId: null, subjectKind: 'plate', subjectId: vehicle, after: result }
    return { result, audit: [{ ...entry, reason: request.reason }], marks }
  })
}
