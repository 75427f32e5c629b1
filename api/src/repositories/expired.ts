import { lt } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'
import { entitlementChanges, readKeys, usedTokens } from '../db/schema.ts'

/** Token ids whose tokens nobody could use any more. */
export async function purgeUsedTokens(tx: Tx, expiredBefore: Date): Promise<number> {
  return (await tx.delete(usedTokens).where(lt(usedTokens.expiresAt, expiredBefore))).rowCount ?? 0
}

export async function purgeReadKeys(tx: Tx, receivedBefore: Date): Promise<number> {
  return (await tx.delete(readKeys).where(lt(readKeys.receivedAt, receivedBefore))).rowCount ?? 0
}

/** Signs that who may park was changed, which every process has seen by then. */
export async function purgeEntitlementChanges(tx: Tx, before: Date): Promise<number> {
  return (await tx.delete(entitlementChanges).where(lt(entitlementChanges.at, before))).rowCount ?? 0
}
