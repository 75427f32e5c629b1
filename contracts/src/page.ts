import { z } from 'zod'
import { instant } from './values.ts'

/** Query of every list: newest first, an opaque cursor, 1 to 200 items. */
export const pageQuery = {
  cursor: z.string().max(512).optional().describe('nextCursor of the page before, unchanged'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('how many items at most'),
}

/** For lists of what happened, `time` being what they are ordered by. */
export const periodQuery = (time: string) => ({
  since: instant.optional().describe(`from this instant on, by ${time}`),
  until: instant.optional().describe(`before this instant, by ${time}`),
})

/** Yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** The shape of every list answer. `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}
export type Page<T> = { items: T[]; nextCursor: string | null }
