import type { PlateSearch } from '@turnpike/contracts/plate.ts'
import { areAlike } from '../domain/look-alike.ts'
import { toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import { findVehicle, listVehiclesMuchLike, listVehiclesWith } from '../repositories/plates.ts'
import { type Operator, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

const shortestFragment = 3
/** So many vehicles are no answer to a question, and a list of theirs would read most of what there is. */
const mostVehicles = 5_000

/**
 * The plate ids of the vehicles that a search means. Who sees plates masked may only ask for one that he knows: parts and
 * look-alikes would tell him what is hidden.
 */
export async function searchedVehicles(
  { database: { db } }: Deps,
  operator: Operator,
  { plate: text, match }: PlateSearch,
): Promise<string[]> {
  const plate = toPlate(text)
  if (plate === undefined) throw refused('has no letter and no digit')
  if (match === 'exact') {
    const vehicle = await findVehicle(db, plate.plate)
    return vehicle === undefined ? [] : [vehicle.id]
  }
  requireRole(operator, 'operator')
  const most = mostVehicles + 1
  if (match === 'fragment' && [...plate.plate].length < shortestFragment)
    throw refused(`is too short a part: it takes ${shortestFragment} letters or digits`)
  const found =
    match === 'fragment'
      ? await listVehiclesWith(db, plate.plate, most)
      : (await listVehiclesMuchLike(db, plate, most)).filter((vehicle) => areAlike(vehicle, plate))
  if (found.length > mostVehicles) throw refused(`fits more than ${mostVehicles} vehicles: give more of it`)
  return found.map(({ id }) => id)
}

function refused(message: string): Refusal {
  return new Refusal('invalid_request', 'This plate cannot be searched for.', {
    issues: [{ path: 'body.plate', message }],
  })
}
