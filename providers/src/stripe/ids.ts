import { z } from 'zod'

/** The id of a related object: by itself, or in the object where the answer was asked to hold it. */
export const idOf = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])

/** Stripe's instants are whole seconds. */
export const seconds = z.int().positive().max(4_102_444_799)

export function instantOf(stamp: number): string {
  return new Date(stamp * 1000).toISOString()
}
