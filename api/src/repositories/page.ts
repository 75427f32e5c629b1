import type { Page } from '@turnpike/contracts/page.ts'

export type PageRequest = { cursor: string | undefined; limit: number }

/** What the ids of a list look like: uuids, or numbers that fit a bigint. */
const forms = { uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, number: /^\d{1,15}$/ }

/** The id after which a page begins. Ids grow with time, so newest first is by id. Undefined: not a cursor of this list. */
export function readCursor(cursor: string | undefined, form: keyof typeof forms = 'uuid'): string | null | undefined {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString()
  return forms[form].test(id) ? id : undefined
}

/** Cuts `limit + 1` rows down to a page: the one too many only tells that there is a next page. */
export function toPage<Row extends { id: string | number }, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  const nextCursor = rows.length > limit && last ? Buffer.from(String(last.id)).toString('base64url') : null
  return { items: kept.map(toItem), nextCursor }
}
