import type { Page } from '@turnpike/contracts/page.ts'
import { Refusal } from '../errors.ts'

export type PageRequest = { cursor: string | undefined; limit: number }

/** The id after which a page begins, or null for the first. Ids grow with time, so newest first is by id. */
export function afterId({ cursor }: PageRequest): string | null {
  return read(cursor, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
}

/** The same where ids are numbers. */
export function afterNumber({ cursor }: PageRequest): number | null {
  const text = read(cursor, /^\d{1,15}$/)
  return text === null ? null : Number(text)
}

function read(cursor: string | undefined, form: RegExp): string | null {
  if (cursor === undefined) return null
  const id = Buffer.from(cursor, 'base64url').toString()
  if (form.test(id)) return id
  throw new Refusal(
    'invalid_request',
    'The cursor is not one of this list. Use nextCursor of the page before, unchanged.',
  )
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
