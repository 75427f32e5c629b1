import type { Stack } from '@turnpike/contracts/stack.ts'
import { onPool } from '@turnpike/local/local-database.ts'

/** What Postgres itself says: rows of one statement, beside the API. */
export async function rows<T>(stack: Stack, sql: string, ...values: unknown[]): Promise<T[]> {
  return onPool(stack.postgres, async (pool) => (await pool.query(sql, values)).rows as T[])
}

/**
 * Lets time pass for a parked car: its stay began that much earlier. Clocks stay real, because everything else (tokens, quotes,
 * time to live) must hold at the same time.
 */
export async function parkedFor(stack: Stack, sessionId: string, minutes: number): Promise<void> {
  const sql = 'update sessions set opened_at = opened_at - make_interval(mins => $2) where id = $1'
  await rows(stack, sql, sessionId, minutes)
}
