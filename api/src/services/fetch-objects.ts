import type { PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import type { ProviderState } from '@turnpike/providers/provider.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { type Audit, change, type Mark, unchanged } from '../repositories/change.ts'
import {
  applyFetch,
  claimObjects,
  type ObjectKey,
  type ObjectRow,
  putOffObject,
  settleAccepted,
} from '../repositories/provider-objects.ts'
import { findProvidedSubscription } from '../repositories/subscriptions.ts'
import { applyEvent } from './apply-event.ts'
import { applyFetchedDispute } from './apply-money-back.ts'
import { fetchedAs, leaveQuarantine, quarantine } from './apply-not-understood.ts'
import { endPurchase } from './apply-purchase-end.ts'
import { applySubscriptionState } from './apply-subscription-state.ts'
import { type AskDeps, callLeaseMs } from './ask-provider.ts'
import { alertOnce, untilUndisturbed } from './payment-effect.ts'

const system = { kind: 'system' as const, id: 'worker', requestId: null }
const longestPauseMs = 10 * 60_000

/**
 * Fetches what is said to have changed at providers and keeps what they answer. Asked outside any transaction; written only if no
 * later fetch was written before, so that a slow one never takes back what a faster one has seen. Returns how many it looked at;
 * `onChanged` hears of those that were otherwise than we had them.
 */
export async function fetchObjects(
  deps: AskDeps,
  onError: (error: unknown) => void = () => {},
  onChanged: (object: ObjectKey) => void = () => {},
): Promise<number> {
  const now = deps.now()
  const claimed = await change(deps.database.db, system, now, async (tx) =>
    unchanged(await claimObjects(tx, now, later(now, callLeaseMs), 8)),
  )
  await Promise.all(
    claimed.map(async (object) => {
      try {
        if (await fetchObject(deps, object)) onChanged(object)
      } catch (error) {
        onError(error)
        const pauseMs = Math.min(1_000 * 2 ** Math.min(object.failures, 20), longestPauseMs)
        await change(deps.database.db, system, now, async (tx) =>
          unchanged(await putOffObject(tx, object, later(deps.now(), pauseMs))),
        )
      }
    }),
  )
  return claimed.length
}

/** Whether anything is otherwise since. */
async function fetchObject(deps: AskDeps, object: ObjectRow): Promise<boolean> {
  const provider = deps.providers[object.provider]
  if (provider === undefined) throw new Error(`${object.provider} is not set up here`)
  const state = await provider.fetchState(object.kind, object.objectId)
  return untilUndisturbed(() =>
    change<boolean>(deps.database.db, system, deps.now(), async (tx) => {
      const now = deps.now()
      const place = await applyFetch(tx, object, now)
      if (place === 'outdated') return unchanged(false)
      const { isOurs, audit, marks } = await keep(deps, tx, object, state, now)
      const settled = place === 'last' ? await settleAccepted(tx, object, isOurs ? 'applied' : 'parked') : []
      // A dispute waits for its payment, as one that was told of does.
      const isLost = !isOurs && (object.kind !== 'dispute' || state === undefined)
      for (const id of isLost ? settled : [])
        marks.push(...(await alertOnce(deps, tx, 'payment_parked', { kind: 'payment_event', id, siteId: null }, now)))
      const [first, ...rest] = audit
      return first === undefined
        ? { result: false, unchanged: true, marks }
        : { result: audit.some(isNews), audit: [first, ...rest], marks }
    }),
  )
}

/** What was known already is on record, too: that it was told again. */
function isNews({ action }: Audit): boolean {
  return action !== 'payment_event.duplicate' && action !== 'payment_event.ignored'
}

/** A subscription of which its provider knows nothing any more goes on here as it was, until somebody has looked. */
async function keepUnknown(deps: AskDeps, tx: Tx, object: ObjectRow, now: Date) {
  const known = await findProvidedSubscription(tx, object.provider, object.objectId, null)
  if (known === undefined || known.status === 'cancelled')
    return { isOurs: known !== undefined, audit: [] as Audit[], marks: [] as Mark[] }
  const reason = `id: ${object.provider} knows nothing of this subscription any more`
  return { isOurs: true, ...(await quarantine(deps, tx, fetchedAs(object), reason, now)) }
}

/** What an object is now: a subscription's state, or facts, which apply as if they had been told. */
async function keep(deps: AskDeps, tx: Tx, object: ObjectRow, state: ProviderState | undefined, now: Date) {
  const audit: Audit[] = []
  const marks: Mark[] = []
  if (state === undefined) {
    if (object.kind === 'subscription') return keepUnknown(deps, tx, object, now)
    // A checkout that its provider forgot was not paid.
    const ended = object.kind === 'checkout' ? await endPurchase(tx, object.provider, object.reference, now) : undefined
    return { isOurs: ended !== undefined, audit: ended === undefined ? audit : [ended], marks }
  }
  if (state.kind === 'subscription') {
    const done = await applySubscriptionState(deps, tx, object.provider, state, now)
    return {
      isOurs: done.found,
      audit: done.audit,
      marks: [...done.marks, ...(await leaveQuarantine(tx, fetchedAs(object), now))],
    }
  }
  if (!state.changes.some(({ kind }) => kind === 'not_understood'))
    marks.push(...(await leaveQuarantine(tx, fetchedAs(object), now)))
  let isOurs = true
  for (const said of state.changes) {
    if (said.kind === 'not_understood') {
      const done = await quarantine(deps, tx, fetchedAs(object), said.reason, now)
      audit.push(...done.audit)
      marks.push(...done.marks)
      continue
    }
    if (said.kind === 'payment_disputed' && object.kind === 'dispute') {
      const done = await applyFetchedDispute(deps, tx, object.provider, said, now)
      isOurs = done.isOurs
      audit.push(...done.audit)
      marks.push(...done.marks)
      continue
    }
    const of = 'factId' in said ? said.factId : object.objectId
    const furthest = 'state' in said ? said.state : said.kind
    const event: PaymentEvent = {
      provider: object.provider,
      eventId: `fetched ${of} ${furthest}`.slice(0, 255),
      eventType: `fetched.${object.kind}`,
      change: said,
    }
    const done = await applyEvent(deps, tx, event, now)
    if ('audit' in done) audit.push(...done.audit)
    marks.push(...(done.marks ?? []))
  }
  return { isOurs, audit, marks }
}
