import type { EntitlementRule } from '@turnpike/contracts/subscription.ts'
import { and, eq } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { entitlementRules } from '../db/schema.ts'

type Key = Pick<EntitlementRule, 'status' | 'collectionPaused'>

const isIt = ({ status, collectionPaused }: Key) =>
  and(eq(entitlementRules.status, status), eq(entitlementRules.collectionPaused, collectionPaused))

export async function listEntitlementRules(db: Db): Promise<EntitlementRule[]> {
  return db.select().from(entitlementRules).orderBy(entitlementRules.status, entitlementRules.collectionPaused)
}

export async function lockEntitlementRule(tx: Tx, key: Key): Promise<EntitlementRule> {
  return (await tx.select().from(entitlementRules).where(isIt(key)).for('no key update'))[0]!
}

export async function setEntitlementRule(tx: Tx, rule: EntitlementRule) {
  await tx.update(entitlementRules).set({ entitled: rule.entitled }).where(isIt(rule))
}
