import { z } from 'zod'

/** An identifier of ours. Callers must not read meaning into it. */
export const id = z.guid({ error: 'is not an id of ours' }).describe('opaque identifier')

/** An instant, RFC 3339 in UTC on the way out; any offset is accepted on the way in. */
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => isOfOurTime(new Date(text)), 'must lie between the years 2000 and 2100')
  .describe('instant, RFC 3339')

/** No clock in a car park shows another century; one that does is broken, and Postgres or JSON may not hold its time. */
export function isOfOurTime(instant: Date): boolean {
  const year = instant.getUTCFullYear()
  return year >= 2000 && year < 2100
}

/** ISO 4217 alphabetic code. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .describe('ISO 4217 currency code')

/** Money as an integer in minor units (cents, yen, fils): never a float. */
export const amountMinor = z.int32().describe('amount in minor units of the currency')

export const money = z.object({ amountMinor, currency })
export type Money = z.infer<typeof money>

/** One line of text from outside: control characters are refused, among them the null byte that Postgres cannot store. */
export const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters')

/** A plate as somebody wrote it: kept as it is, normalised by the core. */
export const plateText = line(32).trim().min(1).describe('licence plate as written')
