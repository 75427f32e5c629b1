import { z } from 'zod'
import { NotUnderstood } from '../understand.ts'

/* What PayPal's resources have in common. */

/** PayPal mixes `Z` and offsets; ours is UTC. */
export const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

export const links = z.array(z.object({ rel: z.string(), href: z.string() }))

/** The id at the end of the link of that name to a resource of that kind, e.g. `up` to `captures`. */
export function linkedId(all: z.infer<typeof links> | undefined, rel: string, kind: string): string | undefined {
  const href = all?.find((link) => link.rel === rel)?.href
  return href === undefined ? undefined : new RegExp(`/${kind}/([A-Za-z0-9-]+)$`).exec(href)?.[1]
}

/** The value, or NotUnderstood with those words. */
export function known<T>(value: T | undefined | null, otherwise: string): T {
  if (value === undefined || value === null) throw new NotUnderstood(otherwise)
  return value
}
