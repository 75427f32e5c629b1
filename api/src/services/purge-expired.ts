import { later } from '../domain/command-life.ts'
import { journalsKeptMs } from '../repositories/brought-in.ts'
import { change, unchanged } from '../repositories/change.ts'
import {
  forgetHolders,
  purgeCalls,
  purgeEntitlementChanges,
  purgeJournals,
  purgeObjects,
  purgeReadKeys,
  purgeUsedTokens,
} from '../repositories/expired.ts'
import { purgeHolderTokens } from '../repositories/holder-mails.ts'
import type { Deps } from './deps.ts'

const day = 24 * 60 * 60_000
/** No camera sends an event again after so long. */
const readKeysKeptMs = 90 * day
/** Beyond a token's own expiry, for clocks that differ. */
const tokensKeptMs = 60 * 60_000
/** Three times as long as providers tell again of what they did, and long enough to answer a dispute. */
const callsKeptMs = 90 * day
/** After the end of a subscription: for a last question about it. */
const holdersKeptMs = 90 * day

/** Deletes what only guards against repeats that can no longer come, and what nobody needs any more. docs/operations.md lists it. */
export async function purgeExpired(deps: Pick<Deps, 'database' | 'now'>): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) => {
    const readKeys = await purgeReadKeys(tx, later(now, -readKeysKeptMs))
    const journals = await purgeJournals(tx, later(now, -journalsKeptMs))
    const tokens = await purgeUsedTokens(tx, later(now, -tokensKeptMs))
    const signs = await purgeEntitlementChanges(tx, later(now, -day))
    const links = await purgeHolderTokens(tx, now)
    const calls = await purgeCalls(tx, later(now, -callsKeptMs))
    const objects = await purgeObjects(tx, later(now, -callsKeptMs))
    const holders = await forgetHolders(tx, later(now, -holdersKeptMs))
    const after = { readKeys, journals, tokens, signs, links, calls, objects, holders }
    if (Object.values(after).every((count) => count === 0)) return unchanged(undefined)
    const entry = { action: 'expired.purged', siteId: null, subjectKind: 'system', subjectId: 'worker', after }
    return { result: undefined, audit: [entry], marks: [] }
  })
}
