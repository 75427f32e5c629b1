import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import * as schema from './schema.ts'

export type Db = NodePgDatabase<typeof schema>
/** The one that may begin a transaction. */
export type PooledDb = Db & { $client: pg.Pool }
/** An open transaction. A `Db` is not assignable to it, so a write that takes a `Tx` cannot run outside one. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

export type Database = { db: PooledDb; pool: pg.Pool; close(): Promise<void> }

/**
 * Drops a connection whose query got no answer within the time that Postgres gives it, in a transaction or out of it: whatever is sent on
 * it next would wait too. One timer for each connection: with one for each query, as pg's own `query_timeout` has it, all that a query refers to
 * outlives two collections of young objects, which held up every gate for 20 ms each time.
 */
class ImpatientClient extends pg.Client {
  readonly #patience: NodeJS.Timeout
  #unanswered = 0

  constructor(config?: pg.ClientConfig) {
    super(config)
    const lose = () =>
      this.#unanswered > 0 && this.connection.stream.destroy(new Error('Postgres did not answer in time'))
    this.#patience = setTimeout(lose, Number(config?.statement_timeout)).unref()
    this.connection.on('readyForQuery', () => {
      this.#unanswered = Math.max(0, this.#unanswered - 1)
    })
    this.connection.on('end', () => clearTimeout(this.#patience))
  }

  // biome-ignore lint/suspicious/noExplicitAny: all the forms that a query takes
  override query(...args: any[]): any {
    this.#unanswered += 1
    this.#patience.refresh()
    return super.query(...(args as Parameters<pg.Client['query']>))
  }
}

/** By text. Enough for all that there is; a text that is put together anew each time does not fill a server's memory. */
const names = new Map<string, string>()
const mostNames = 300

/** Prepares whatever has parameters and no name of its own, so that Postgres parses and plans it once for each connection. */
class PreparingClient extends ImpatientClient {
  // biome-ignore lint/suspicious/noExplicitAny: all the forms that a query takes
  override query(...args: any[]): any {
    const [config, ...others] = args
    if (typeof config?.text !== 'string' || config.name !== undefined || (others[0] ?? config.values) === undefined)
      return super.query(...args)
    if (!names.has(config.text) && names.size < mostNames) names.set(config.text, `s${names.size}`)
    return super.query({ ...config, name: names.get(config.text) }, ...others)
  }
}

/** What a connection with `planOnce` is set to: `name=value` each. */
export const planOnceSettings = [
  'plan_cache_mode=force_generic_plan',
  'join_collapse_limit=1',
  // Rows are looked up once each: to keep them for a second time only makes the plan bigger, which is set up anew for every read.
  'enable_memoize=off',
  'enable_material=off',
]

export type DatabaseOptions = {
  connections?: number
  withinMs?: number
  /**
   * Every statement is prepared, and planned once for all values instead of anew for each of its first five. Joins run in the order in
   * which they are written: each vacuum of a table makes every connection plan again, and to look for a better order doubles that.
   */
  planOnce?: boolean
  /** Connections stay open while nobody uses them: opening one takes five round trips. */
  stayOpen?: boolean
}

/**
 * Connects lazily to Postgres. `onError` hears of connections that broke, which must not end the process. A connection or a
 * statement that takes longer than `withinMs` is given up, on this side and on the server's: a network that swallows everything
 * looks like that. Whoever has a car in front of him sets it short.
 */
export function openDatabase(
  url: string,
  name: string,
  onError: (error: Error) => void,
  { connections = 10, withinMs = 30_000, planOnce = false, stayOpen = false }: DatabaseOptions = {},
): Database {
  const pool = new pg.Pool({
    Client: planOnce ? PreparingClient : ImpatientClient,
    connectionString: url,
    application_name: `turnpike-${name}`,
    max: connections,
    min: stayOpen ? connections : 0,
    connectionTimeoutMillis: Math.min(withinMs, 2_000),
    statement_timeout: withinMs,
    keepAlive: true,
    ...(planOnce ? { options: planOnceSettings.map((setting) => `-c ${setting}`).join(' ') } : {}),
    idleTimeoutMillis: 30_000,
  })
  // A connection may break more than once, and while it is in use: an error event that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', onError))
  pool.on('error', () => {})
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() }
}
