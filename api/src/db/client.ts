import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import * as schema from './schema.ts'

export type Db = NodePgDatabase<typeof schema>
/** An open transaction. A `Db` is not assignable to it, so a write that takes a `Tx` cannot run outside one. */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0]

export type Database = { db: Db; pool: pg.Pool; close(): Promise<void> }

/**
 * Connects lazily to Postgres. `onError` hears of connections that broke, which must not end the process.
 * Connecting gives up after 2 s: a caller that waits longer has a car in front of it.
 */
export function openDatabase(url: string, name: string, onError: (error: Error) => void, connections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: `turnpike-${name}`,
    max: connections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
  })
  // A connection may break more than once, and while it is in use: an error event that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', onError))
  pool.on('error', () => {})
  return { db: drizzle(pool, { schema }), pool, close: () => pool.end() }
}
