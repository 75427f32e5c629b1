import { drizzle } from 'drizzle-orm/node-postgres'
import type { Db, PooledDb, Tx } from '../db/client.ts'
import * as schema from '../db/schema.ts'

const dbOfClient = new WeakMap<object, Db>()

/**
 * Runs `work` in a transaction on a connection of its own, which goes back to the pool whatever happens: drizzle's way from a
 * pool keeps it for ever when `begin` fails, and a few outages use the pool up. Statements see what was committed before each.
 */
export async function inTransaction<T>(
  { $client: pool }: Pick<PooledDb, '$client'>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    let db = dbOfClient.get(client)
    if (db === undefined) {
      db = drizzle(client, { schema })
      dbOfClient.set(client, db)
    }
    return await db.transaction(work, { isolationLevel: 'read committed' })
  } finally {
    client.release()
  }
}
