import type { Page } from '@turnpike/contracts/page.ts'
import { Refusal } from '../errors.ts'

export type PageRequest = { cursor: string | undefined; limit: number }

/** The id after which a page begins, or null for the first: where things are few, newest first is by id, which grows with time. */
export function afterId({ cursor }: PageRequest): string | null {
  return cursor === undefined ? null : match(cursor, new RegExp(`^(${uuid})$`))[1]!
}

/** A place in a list by time: the microseconds since 1970 of the row that a page begins after, and its id. */
export type Place = { micros: string; id: string }

/** The place after which a page of a list by time begins, or null for the first. `ids`: what the ids of that list are. */
export function afterPlace({ cursor }: PageRequest, ids: 'uuid' | 'number'): Place | null {
  if (cursor === undefined) return null
  const [, micros, id] = match(cursor, new RegExp(`^(\\d{1,16}) (${ids === 'uuid' ? uuid : '\\d{1,15}'})$`))
  return { micros: micros!, id: id! }
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'

function match(cursor: string, form: RegExp): RegExpExecArray {
  const found = form.exec(Buffer.from(cursor, 'base64url').toString())
  if (found !== null) return found
  throw new Refusal(
    'invalid_request',
    'The cursor is not one of this list. Use nextCursor of the page before, unchanged.',
  )
}

/** The cursor of the page that begins after a row. Rows of lists by time have their `micros`. */
export function cursorAfter({ id, micros }: { id: string | number; micros?: string }): string {
  return Buffer.from(micros === undefined ? String(id) : `${micros} ${id}`).toString('base64url')
}

/** Cuts `limit + 1` rows down to a page: the one too many only tells that there is a next page. */
export function toPage<Row extends { id: string | number; micros?: string }, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit)
  const last = kept.at(-1)
  return { items: kept.map(toItem), nextCursor: rows.length > limit && last ? cursorAfter(last) : null }
}
