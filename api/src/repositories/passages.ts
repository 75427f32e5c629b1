import type { Tx } from '../db/client.ts'
import { passages } from '../db/schema.ts'

/** Says whether the report was new: the same gate, instant and kind is a repeat. */
export async function insertPassageOnce(tx: Tx, passage: typeof passages.$inferInsert): Promise<boolean> {
  return (await tx.insert(passages).values(passage).onConflictDoNothing()).rowCount === 1
}
