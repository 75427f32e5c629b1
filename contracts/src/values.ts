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

/** Text of several lines, such as an address. */
export const lines = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => !/[^\P{Cc}\n]/u.test(text), 'must not contain control characters other than line feeds')

/** A plate as somebody wrote it: kept as it is, normalised by the core. */
export const plateText = line(32).trim().min(1).describe('licence plate as written')

/** What people call a thing. */
export const name = line(120).trim().min(1)

/** Grows with every change of a thing; the answer's ETag is the same in quotes. */
export const version = z.int().positive().describe('to change this, send it in quotes as If-Match')

/** Why somebody changes something: kept in the audit trail. */
export const changeReason = line(200)
  .trim()
  .min(3, 'say why, in at least 3 characters')
  .optional()
  .describe('why: kept in the audit trail')

/** What an end may say: in a body, for a reason may name a plate, and no address may hold one. */
export const ending = z
  .strictObject({ reason: changeReason })
  .nullish()
  .meta({ examples: [{ reason: 'as agreed, case 2026-118' }] })
export type Ending = z.infer<typeof ending>

/** A change of some fields: those that are left out stay as they are, and at least one is there. */
export function changeOf<T extends z.ZodRawShape>(fields: T) {
  return z
    .strictObject(fields)
    .partial()
    .extend({ changeReason })
    .refine(
      (changes) => Object.entries(changes).some(([field, value]) => field !== 'changeReason' && value !== undefined),
      { message: 'names nothing to change' },
    )
}

/** What is to be made, with what is known at once; unknown fields are refused, since they may be misspelt. */
export function newOf<T extends z.ZodRawShape>(fields: T) {
  return z.strictObject({ ...fields, changeReason })
}

/** A period, half-open. An empty one never applies. */
export const validityState = z.enum(['planned', 'active', 'ended'])
export type ValidityState = z.infer<typeof validityState>
