import { later } from '../domain/command-life.ts'
import { change, unchanged } from '../repositories/change.ts'
import { purgeEntitlementChanges, purgeReadKeys, purgeUsedTokens } from '../repositories/expired.ts'
import { purgeHolderTokens } from '../repositories/holder-mails.ts'
import type { Deps } from './deps.ts'

const day = 24 * 60 * 60_000
/** No camera sends an event again after so long. */
const readKeysKeptMs = 90 * day
/** Beyond a token's own expiry, for clocks that differ. */
const tokensKeptMs = 60 * 60_000

/** Deletes what only guards against repeats that can no longer come. */
export async function purgeExpired(deps: Pick<Deps, 'database' | 'now'>): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) => {
    const readKeys = await purgeReadKeys(tx, later(now, -readKeysKeptMs))
    const tokens = await purgeUsedTokens(tx, later(now, -tokensKeptMs))
    const signs = await purgeEntitlementChanges(tx, later(now, -day))
    const links = await purgeHolderTokens(tx, now)
    if (readKeys + tokens + signs + links === 0) return unchanged(undefined)
    const after = { readKeys, tokens, signs, links }
    const entry = { action: 'expired.purged', siteId: null, subjectKind: 'system', subjectId: 'worker', after }
    return { result: undefined, audit: [entry], marks: [] }
  })
}
