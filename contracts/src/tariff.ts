import { z } from 'zod'
import { amountMinor } from './values.ts'

/**
 * A plain tariff: free minutes, then started increments counted from the entry, with a cap for every started 24 hours.
 * `prepaidMinor` is the sum asked at the entry of a `prepaid` site; null where nobody pays in advance.
 */
export const tariffRules = z.object({
  freeMinutes: z.int().nonnegative(),
  incrementMinutes: z.int().positive(),
  incrementMinor: amountMinor.nonnegative(),
  dayCapMinor: amountMinor.positive().nullable(),
  prepaidMinor: amountMinor.positive().nullable(),
})
export type TariffRules = z.infer<typeof tariffRules>
