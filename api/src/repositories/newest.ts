import { and, desc, eq, getTableColumns, gte, inArray, lt, type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core'
import { cameras, gates } from '../db/schema.ts'
import { afterPlace, type PageRequest } from './page.ts'

/** A kind of record that is listed by time: whose it is (a site, a gate, a camera), when it was, and its id. */
type Records<T extends PgTable> = { table: T; owner: AnyPgColumn; at: AnyPgColumn; id: AnyPgColumn }
type Condition = SQL | undefined

/** From `since` on and before `until`. */
export type Period = { since?: Date | undefined; until?: Date | undefined }

type Wanted<T extends PgTable> = {
  /** An array of their ids. */
  owners: SQL
  /** Those that are nobody's as well. */
  orOwnerless?: boolean
  /** Only those of these vehicles, which are few and which another index finds. */
  vehicles?: { plate: AnyPgColumn; ids: string[] } | undefined
  /** Columns that must have a value; undefined: any. */
  fields: { [K in keyof T['_']['columns']]?: string | boolean | undefined }
  period: Period
  page: PageRequest
}

/** How one kind of record is listed newest first. */
export function newestFirst<T extends PgTable>({ table, owner, at, id }: Records<T>) {
  const within = ({ since, until }: Period, page: PageRequest): Condition => {
    const after = afterPlace(page, id.dataType === 'number' ? 'number' : 'uuid')
    // A double holds microseconds exactly until the year 2255.
    const place = after && sql`(timestamptz 'epoch' + ${after.micros}::float8 * interval '1 microsecond', ${after.id})`
    return and(since && gte(at, since), until && lt(at, until), place ? sql`(${at}, ${id}) < ${place}` : undefined)
  }
  return {
    /** The row's place in the list, for the cursor. */
    micros: sql<string>`(extract(epoch from ${at}) * 1000000)::bigint`,
    order: [desc(at), desc(id)],
    /**
     * The rows of a page and one more. Each owner's newest are looked for by themselves, so that an index (owner, time, id) serves
     * the page however many owners there are.
     */
    where({ owners, orOwnerless = false, vehicles, fields, period, page }: Wanted<T>): Condition {
      const fits = and(...equal(table, fields), within(period, page))
      if (vehicles !== undefined)
        return and(sql`${vehicles.plate} = any(${uuids(vehicles.ids)})`, sql`${owner} = any(${owners})`, fits)
      const enough = sql`limit ${page.limit + 1}`
      const newestOf = (whose: SQL) =>
        sql`(select ${id} as id, ${at} as at from ${table} where ${and(whose, fits)} order by ${at} desc, ${id} desc ${enough})`
      const ownerless = orOwnerless ? sql`union all ${newestOf(sql`${owner} is null`)}` : sql``
      return inArray(
        id,
        sql`(select id from (
          select n.id, n.at from unnest(${owners}) as o(id), lateral ${newestOf(sql`${owner} = o.id`)} n ${ownerless}
        ) newest order by at desc, id desc ${enough})`,
      )
    },
  }
}

function equal(table: PgTable, fields: Record<string, string | boolean | undefined>): Condition[] {
  const columns = getTableColumns(table)
  return Object.entries(fields).map(([name, value]) => (value === undefined ? undefined : eq(columns[name]!, value)))
}

/** Ids as an array that SQL takes. */
export function uuids(ids: string[]): SQL {
  return sql`${sql.param(ids)}::uuid[]`
}

/** The gates of some sites, the retired ones too, or one of them. */
export function gatesOf(siteIds: string[], gateId: string | undefined): SQL {
  const wanted = and(
    sql`${gates.siteId} = any(${uuids(siteIds)})`,
    gateId === undefined ? undefined : eq(gates.id, gateId),
  )
  return sql`array(select ${gates.id} from ${gates} where ${wanted})`
}

/** The cameras at gates of some sites, the revoked ones too, or one of them. */
export function camerasOf(siteIds: string[], gateId: string | undefined, cameraId: string | undefined): SQL {
  const there = sql`${cameras.gateId} = any(${gatesOf(siteIds, gateId)})`
  const wanted = and(there, cameraId === undefined ? undefined : eq(cameras.id, cameraId))
  return sql`array(select ${cameras.id} from ${cameras} where ${wanted})`
}
