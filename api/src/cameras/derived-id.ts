import { createHash } from 'node:crypto'

/**
 * An event id for firmware that gives none: the same for the same parts, so that a post sent again is known again. Never make it
 * from the plate: plates are few enough to be found by trying, and an id outlives the erasure of a person.
 */
export function derivedId(prefix: string, parts: (string | number | undefined)[]): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part ?? null)))
    .digest('base64url')
  return `${prefix}-${digest.slice(0, 22)}`
}
