import type { SubscriptionStatus } from '@turnpike/contracts/subscription.ts'
import { later } from './command-life.ts'

/** What a provider says of a subscription when asked. */
export type FetchedState = {
  status: SubscriptionStatus
  collectionPaused: boolean
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  endedAt: Date | null
}

/** What we keep of that. */
export type KeptState = {
  status: SubscriptionStatus
  collectionPaused: boolean
  statusSince: Date
  graceUntil: Date | null
  currentPeriodEnd: Date | null
  cancelAtPeriodEnd: boolean
  validFrom: Date
  validUntil: Date | null
}

/**
 * A subscription as it is from now on, or undefined where nothing differs. One that was cancelled stays so, whatever is said of it
 * later. Grace runs from when we first heard that a payment is overdue, and once.
 */
export function nextState(
  before: KeptState,
  said: FetchedState,
  graceDays: number,
  now: Date,
): Partial<KeptState> | undefined {
  if (before.status === 'cancelled') return undefined
  const { status, collectionPaused, currentPeriodEnd, cancelAtPeriodEnd } = said
  // A purchase that was given up has an end; money that came for it after all begins it.
  const hasBegun = before.status === 'incomplete' && status !== 'incomplete'
  const isSame = status === before.status && collectionPaused === before.collectionPaused
  const overdue = before.status === 'past_due' ? before.graceUntil : later(now, graceDays * 86_400_000)
  const next = {
    status,
    collectionPaused,
    statusSince: isSame ? before.statusSince : now,
    graceUntil: status === 'past_due' ? overdue : null,
    // The end of what is paid is not forgotten with the subscription: it may cover until then.
    currentPeriodEnd: status === 'cancelled' ? (currentPeriodEnd ?? paidUntil(before)) : currentPeriodEnd,
    cancelAtPeriodEnd: status === 'cancelled' ? cancelAtPeriodEnd || before.cancelAtPeriodEnd : cancelAtPeriodEnd,
  }
  const validUntil =
    status === 'cancelled'
      ? endOf(before, { ...next, endedAt: said.endedAt ?? now })
      : hasBegun
        ? null
        : before.validUntil
  const all: Partial<KeptState> = { ...next, validUntil }
  const differs = Object.entries(all).some(([key, value]) => !isEqual(value, before[key as keyof KeptState]))
  return differs ? all : undefined
}

/** The end of a period is the end of what is paid only where nothing is owed for that period. */
function paidUntil({ status, currentPeriodEnd }: KeptState): Date | null {
  return status === 'past_due' || status === 'unpaid' || status === 'incomplete' ? null : currentPeriodEnd
}

function endOf(
  { validFrom, validUntil }: KeptState,
  said: { endedAt: Date; currentPeriodEnd: Date | null; cancelAtPeriodEnd: boolean },
): Date {
  const paidEnd = said.cancelAtPeriodEnd && said.currentPeriodEnd !== null ? said.currentPeriodEnd : said.endedAt
  const end = paidEnd > said.endedAt ? paidEnd : said.endedAt
  const notBefore = end < validFrom ? validFrom : end
  return validUntil !== null && validUntil < notBefore ? validUntil : notBefore
}

function isEqual(one: unknown, other: unknown): boolean {
  return one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other
}
