import { MalformedPayload } from './adapter.ts'

/** What firmware writes when it saw a vehicle and no plate. */
const noPlate = new Set(['unknown', 'unlicensed', 'noplate', '无车牌'])

/**
 * The plate as the camera wrote it; undefined when it wrote none.
 * @throws MalformedPayload when it is no plate: too long, or not in the encoding it claims to be in.
 */
export function toPlateText(text: string | undefined): string | undefined {
  const plate = text?.trim() ?? ''
  if (!/[\p{L}\p{Nd}]/u.test(plate) || noPlate.has(plate.toLowerCase().replace(/[\s_-]/g, ''))) return undefined
  if (plate.length > 32) throw new MalformedPayload('The plate is longer than 32 characters.')
  if (/\p{Cc}/u.test(plate)) throw new MalformedPayload('The plate contains control characters.')
  // Entities are not resolved, and half of one would pass for digits of the plate.
  if (/&#?\w+;/.test(plate))
    throw new MalformedPayload('The plate contains an XML entity: write it as it is, in UTF-8.')
  if (plate.includes('\uFFFD') || !plate.isWellFormed())
    throw new MalformedPayload('The plate is not UTF-8: set the encoding of the camera to UTF-8.')
  return plate
}
