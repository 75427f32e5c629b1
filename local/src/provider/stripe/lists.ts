import { z } from 'zod'
import type { FormValue } from './form-body.ts'
import { integer, readParameters } from './parameters.ts'
import { StripeRefusal } from './stripe-refusal.ts'

const range = z.union([
  integer,
  z.strictObject({ gt: integer.optional(), gte: integer.optional(), lt: integer.optional(), lte: integer.optional() }),
])
const listParameters = z.looseObject({
  limit: integer.pipe(z.int().min(1).max(100)).default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  created: range.optional(),
  expand: z.array(z.string()).optional(),
})

type Listed = { id?: string; created?: number }
type Page<T> = { object: 'list'; data: T[]; has_more: boolean; url: string }

/**
 * A page of a list as Stripe gives it: newest first, cursors are ids (https://docs.stripe.com/api/pagination). `filters` name what else
 * may be asked for; any other parameter is refused. `items` are oldest first, as they were made.
 * @throws StripeRefusal
 */
export function listPage<T extends Listed>(
  query: string,
  url: string,
  items: T[],
  filters: Record<string, (item: T, wanted: FormValue) => boolean> = {},
): Page<T> {
  const { limit, starting_after, ending_before, created, expand: _, ...others } = readParameters(listParameters, query)
  let found = items.toReversed()
  for (const [name, wanted] of Object.entries(others).flatMap(leaves)) {
    const filter = filters[name.replace(/\[\]$/, '')]
    if (filter === undefined) {
      throw new StripeRefusal(400, {
        code: 'parameter_unknown',
        message: `Received unknown parameter: ${name}`,
        param: name,
      })
    }
    found = found.filter((item) => (Array.isArray(wanted) ? wanted : [wanted]).some((each) => filter(item, each)))
  }
  if (created !== undefined) found = found.filter((item) => within(item.created ?? 0, created))
  if (ending_before !== undefined) {
    const newer = found.slice(0, at(found, ending_before, 'ending_before'))
    return { object: 'list', data: newer.slice(-limit), has_more: newer.length > limit, url }
  }
  const older = starting_after === undefined ? found : found.slice(at(found, starting_after, 'starting_after') + 1)
  return { object: 'list', data: older.slice(0, limit), has_more: older.length > limit, url }
}

/** `payment: { type }` is asked for as `payment[type]`. */
function leaves([name, wanted]: [string, unknown]): [string, unknown][] {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) return [[name, wanted]]
  return Object.entries(wanted).map(([key, value]) => [`${name}[${key}]`, value])
}

function at(items: Listed[], id: string, param: string): number {
  const index = items.findIndex((item) => item.id === id)
  if (index >= 0) return index
  throw new StripeRefusal(400, { code: 'resource_missing', message: `No such object: '${id}'`, param })
}

function within(created: number, wanted: z.infer<typeof range>): boolean {
  if (typeof wanted === 'number') return created === wanted
  const { gt = -1, gte = 0, lt = Infinity, lte = Infinity } = wanted
  return created > gt && created >= gte && created < lt && created <= lte
}
