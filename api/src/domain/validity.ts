import type { ValidityState } from '@turnpike/contracts/values.ts'

/** Where a period stands at `now`. Periods are half-open: an empty one never applies. */
export function validityOf(period: { validFrom: Date; validUntil: Date | null }, now: Date): ValidityState {
  const { validFrom, validUntil } = period
  if (validUntil !== null && (validUntil <= now || validUntil.getTime() === validFrom.getTime())) return 'ended'
  return validFrom > now ? 'planned' : 'active'
}
