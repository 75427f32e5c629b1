import type { PaymentChange } from '@turnpike/contracts/payment-event.ts'
import type {
  Checkout,
  CheckoutRequest,
  PaymentProvider,
  SubscriptionAction,
  SubscriptionCheckoutRequest,
} from '@turnpike/providers/provider.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { type Audit, change, type Mark } from '../repositories/change.ts'
import { type CallRow, finishCall, intendCall, lockCall, putOffCall } from '../repositories/outbound-calls.ts'
import { findPayment } from '../repositories/payments.ts'
import { wantObject } from '../repositories/provider-objects.ts'
import { findSubscription } from '../repositories/subscriptions.ts'
import { applyEvent } from './apply-event.ts'
import { endPurchase } from './apply-purchase-end.ts'
import type { RefundIntent } from './apply-refund-request.ts'
import type { Deps, MoneyDeps } from './deps.ts'
import { alertOnce, untilUndisturbed } from './payment-effect.ts'

/*
 * A call of ours to a provider, in three steps: what is to be asked is written down, the provider is asked outside any transaction,
 * and what it said is recorded. The completer does the rest of what a crash left behind, with the same key: it is one request.
 */

export type AskDeps = MoneyDeps & Pick<Deps, 'providers'>

/** Longer than a provider's client is patient: who asks now is not overtaken by the completer. */
export const callLeaseMs = 30_000
const shortestPauseMs = 2_000
const longestPauseMs = 10 * 60_000

type Said =
  | { kind: 'checkout' | 'subscription_checkout'; checkout: Checkout }
  | { kind: 'expire_checkout'; closed: boolean }
  | { kind: 'refund'; said: PaymentChange }
  | { kind: 'subscription_action' }

/** Asks what was written down, unless that was done before, and records the answer. `pending` where the provider cannot be reached. */
export async function askProvider(deps: AskDeps, call: CallRow): Promise<CallRow> {
  if (call.state !== 'pending') return call
  const provider = deps.providers[call.provider]
  try {
    if (provider === undefined) throw new Error(`${call.provider} is not set up here`)
    const said = await perform(provider, call)
    return await untilUndisturbed(() => record(deps, call, said))
  } catch (error) {
    if ((error as Error).name === 'ProviderRefused') return refuse(deps, call, error as Error & { code?: string })
    return putOff(deps, call, error as Error)
  }
}

async function perform(
  provider: PaymentProvider,
  { kind, request, idempotencyKey, attempts, createdAt }: CallRow,
): Promise<Said> {
  switch (kind) {
    case 'checkout': {
      const { expiresAt, ...asked } = request as Omit<CheckoutRequest, 'expiresAt'> & { expiresAt: string }
      return {
        kind,
        checkout: await provider.createCheckout({ ...asked, idempotencyKey, expiresAt: new Date(expiresAt) }),
      }
    }
    case 'subscription_checkout': {
      const asked = request as SubscriptionCheckoutRequest
      return { kind, checkout: await provider.createSubscriptionCheckout({ ...asked, idempotencyKey }) }
    }
    case 'expire_checkout':
      return { kind, closed: await provider.expireCheckout((request as Checkout).providerObjectId) }
    case 'refund': {
      const { reason: _ours, ...asked } = request as RefundIntent
      return {
        kind,
        said: await provider.refund({ ...asked, idempotencyKey, askedSince: attempts > 0 ? createdAt : null }),
      }
    }
    case 'subscription_action': {
      const { objectId, action } = request as { objectId: string; action: SubscriptionAction }
      await provider.changeSubscription(objectId, action, idempotencyKey)
      return { kind }
    }
  }
}

async function record(deps: AskDeps, call: CallRow, said: Said): Promise<CallRow> {
  const now = deps.now()
  return change(deps.database.db, actor, now, async (tx) => {
    const locked = await lockCall(tx, call.id)
    if (locked.state !== 'pending') return { result: locked, unchanged: true }
    const { kind: _kind, ...result } = said
    await finishCall(tx, call.id, { state: 'done', result, at: now })
    const effect = await follow(deps, tx, locked, said, now)
    const entry = await entryOf(tx, call, 'done', { ...('closed' in said ? { closed: said.closed } : {}) })
    return { result: await lockCall(tx, call.id), audit: [entry, ...effect.audit], marks: effect.marks }
  })
}

/** What follows from an answer: a refund is a fact like any other, a checkout is closed when its quote ends. */
async function follow(
  deps: AskDeps,
  tx: Tx,
  call: CallRow,
  said: Said,
  now: Date,
): Promise<{ audit: readonly Audit[]; marks: readonly Mark[] }> {
  const nothing = { audit: [], marks: [] }
  switch (said.kind) {
    case 'checkout': {
      await intendCall(tx, {
        id: deps.newId(),
        kind: 'expire_checkout',
        provider: call.provider,
        idempotencyKey: `expire-${call.id}`,
        subjectId: call.subjectId,
        request: said.checkout,
        dueAt: new Date((call.request as { expiresAt: string }).expiresAt),
      })
      return nothing
    }
    case 'refund': {
      // Keyed by the state, too: what a later answer says further is not a repeat.
      const state = 'state' in said.said ? said.said.state : said.said.kind
      const event = {
        provider: call.provider,
        eventId: `answer ${call.idempotencyKey} ${state}`,
        eventType: 'answer.refund',
        change: said.said,
      }
      const done = await applyEvent(deps, tx, event, now)
      return { audit: 'audit' in done ? done.audit : [], marks: done.marks ?? [] }
    }
    case 'subscription_action': {
      const { objectId } = call.request as { objectId: string }
      await wantObject(tx, { provider: call.provider, kind: 'subscription', objectId }, call.subjectId, now)
      return nothing
    }
    case 'expire_checkout':
    case 'subscription_checkout':
      return nothing
  }
}

async function refuse(deps: AskDeps, call: CallRow, error: Error & { code?: string }): Promise<CallRow> {
  const now = deps.now()
  return change(deps.database.db, actor, now, async (tx) => {
    const locked = await lockCall(tx, call.id)
    if (locked.state !== 'pending') return { result: locked, unchanged: true }
    await finishCall(tx, call.id, { state: 'refused', detail: error.code ?? 'refused', at: now })
    const entry = await entryOf(tx, call, 'refused', { code: error.code })
    // A driver is told at once; nobody else would hear of a refund that never was.
    const silent = call.kind === 'refund' || call.kind === 'subscription_action'
    const subject = { kind: entry.subjectKind, id: call.subjectId, siteId: entry.siteId }
    const marks = silent ? await alertOnce(deps, tx, 'provider_call_refused', subject, now) : []
    const ended =
      call.kind === 'subscription_checkout' ? await endPurchase(tx, call.provider, call.subjectId, now) : undefined
    return { result: await lockCall(tx, call.id), audit: ended === undefined ? [entry] : [entry, ended], marks }
  })
}

async function putOff(deps: AskDeps, call: CallRow, error: Error): Promise<CallRow> {
  const now = deps.now()
  const pauseMs = Math.min(shortestPauseMs * 2 ** Math.min(call.attempts, 20), longestPauseMs)
  return change(deps.database.db, actor, now, async (tx) => {
    await putOffCall(tx, call.id, later(now, pauseMs), error.name)
    return { result: await lockCall(tx, call.id), unchanged: true }
  })
}

const actor = { kind: 'system' as const, id: 'provider calls', requestId: null }
const subjectKinds = {
  checkout: 'quote',
  expire_checkout: 'quote',
  subscription_checkout: 'subscription',
  refund: 'payment',
  subscription_action: 'subscription',
} as const

async function entryOf(tx: Tx, call: CallRow, end: 'done' | 'refused', after: Record<string, unknown>): Promise<Audit> {
  const subjectKind = subjectKinds[call.kind]
  const siteIds =
    subjectKind === 'payment'
      ? [(await findPayment(tx, call.subjectId))!.siteId]
      : subjectKind === 'subscription'
        ? (await findSubscription(tx, call.subjectId))!.siteIds
        : []
  return {
    action: `${call.kind}.${end}`,
    siteId: siteIds.length === 1 ? siteIds[0]! : null,
    subjectKind,
    subjectId: call.subjectId,
    after: { provider: call.provider, callId: call.id, ...after },
  }
}
