import { randomUUID } from 'node:crypto'
import type { PaymentChange, PaymentEvent } from '@turnpike/contracts/payment-event.ts'
import * as tables from '../../../src/db/schema.ts'
import { Refusal } from '../../../src/errors.ts'
import { change, unchanged } from '../../../src/repositories/change.ts'
import { lockSession } from '../../../src/repositories/sessions.ts'
import type { AskDeps } from '../../../src/services/ask-provider.ts'
import { attachCredit } from '../../../src/services/attach-credit.ts'
import { completeCalls } from '../../../src/services/complete-calls.ts'
import type { Deps } from '../../../src/services/deps.ts'
import { endStay } from '../../../src/services/end-stay.ts'
import { fetchObjects } from '../../../src/services/fetch-objects.ts'
import { reconcilePayments } from '../../../src/services/reconcile-payments.ts'
import { recordPaymentEvent } from '../../../src/services/record-payment-event.ts'
import { refundPayment } from '../../../src/services/refund-payment.ts'
import { settleUpStays } from '../../../src/services/settle-up-stays.ts'
import { undoEntry, undoExit } from '../../../src/services/undo.ts'
import { type CarPark, plainTariff } from '../../car-park.ts'
import type { TestProvider } from '../test-provider.ts'
import type { History, Step } from './history.ts'

/** A stay of 45 minutes by the plain tariff. */
export const priceMinor = 200

/** Histories of one lane are played one after the other, on a database and at a provider of its own. */
export type Lane = { park: CarPark; provider: TestProvider }

export type Played = {
  siteId: string
  sessionId: string
  subscriptionId: string
  fact: (of: 'capture' | 'refund' | 'dispute', n: number) => string
}

/** Why an operator gives something back. */
export const byOperator = 'an operator of the test'

class Crash extends Error {}

/** Plays one history on a stay and a subscription of its own, ends it with a run of the reconciler, and lets the worker finish. */
export async function play({ park, provider }: Lane, newId: () => string, history: History): Promise<Played> {
  const world = await build(park, history)
  const told = notifications(history, world, park.clock.now.toISOString())
  const deliveries = told
    .map(({ event, status }, n) => ({ event, status, fate: history.fate[n % history.fate.length]!, n }))
    .toSorted((a, b) => a.fate.place - b.fate.place || a.n - b.n)
  const at = new Date(park.clock.now)
  provider.told.splice(0, Infinity, ...told.map(({ event }) => ({ at, event })))
  const last = history.life.at(-1)
  const tell = (status: History['life'][number]) =>
    provider.subscription(`sub_${world.subscriptionId}`, {
      reference: world.subscriptionId,
      status,
      endedAt: status === 'cancelled' ? at : null,
    })

  /** A dispute is as far there as the furthest that was told of it. */
  const disputes = told.flatMap(({ event: { change } }) => (change.kind === 'payment_disputed' ? [change] : []))
  const happened = (change: PaymentChange) => {
    const { factId } = change as (typeof disputes)[number]
    const [before] = provider.facts.get(factId) ?? []
    const isFurther = before === undefined || disputes.indexOf(before as never) < disputes.indexOf(change as never)
    if (isFurther) provider.facts.set(factId, [change])
  }

  const deps = (crashAt: number): AskDeps => {
    let step = 0
    return {
      database: park.database,
      now: () => new Date(park.clock.now),
      // Every step of a transaction that makes something asks for an id first: failing there takes all of it back.
      newId: () => {
        step += 1
        if (step === crashAt) throw new Crash('the process ends here')
        return newId()
      },
      providers: { stripe: provider },
    }
  }
  const todo = history.steps.toSorted((a, b) => a.place - b.place)
  let hasWaited = false
  const stepsUntil = async (place: number) => {
    while (todo[0] !== undefined && todo[0].place <= place) await take(todo.shift()!)
  }
  const take = async (step: Step) => {
    if (step.kind === 'exit') return drive(park, world.sessionId, step)
    if (step.kind === 'review') return review(park, world.sessionId)
    const id = (await park.row('select id from payments where fact_id = $1', [world.fact('capture', step.capture)]))?.id
    const refund = { amountMinor: step.amountMinor, reason: byOperator }
    const operator = { id: randomUUID(), role: 'admin' as const, siteIds: [world.siteId], firebaseUid: 'nobody' }
    const asks = (crashAt: number) => refundPayment(deps(crashAt) as Deps, { operator, requestId: 'test' }, id, refund)
    // What is more than is left of it is refused.
    if (id !== undefined)
      await surviving(() => asks(step.crash)).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error
      })
  }
  for (const { event, status, fate } of deliveries) {
    await stepsUntil(fate.place)
    if (event.change.kind === 'payment_disputed') happened(event.change)
    if (status !== undefined && provider.subscriptions.get(`sub_${world.subscriptionId}`)?.status !== 'cancelled')
      tell(status)
    if (fate.lost) continue
    for (let time = 0; time < fate.times; time += 1) {
      // A delivery that crashed got no 2xx, and comes again.
      await surviving(() => recordPaymentEvent(deps(time === 0 ? fate.crash : 0), event, null, null))
      if (time === 0 && fate.crash > 0) await recordPaymentEvent(deps(0), event, null, null)
    }
    if (fate.works) await surviving(() => fetchObjects(deps(fate.crash)))
    if (fate.works) await surviving(() => completeCalls(deps(fate.crash)))
    // Once: the stay costs the same still.
    if (fate.waits && !hasWaited && history.steps.some(({ kind, place }) => kind === 'exit' && place <= fate.place)) {
      park.wait(11)
      hasWaited = true
    }
    if (fate.works) await surviving(() => attachCredit(deps(fate.crash)))
    // By two workers at once.
    if (fate.works) await Promise.all([fate.crash, 0].map((at) => surviving(() => settleUpStays(deps(at)))))
  }
  await stepsUntil(Infinity)
  if (last !== undefined) tell(last)
  disputes.forEach(happened)
  const calm = deps(0)
  await reconcilePayments(calm, undefined, (error) => {
    throw error
  })
  // Whoever looked at a stay that left without paying says that it is in order.
  await review(park, world.sessionId)
  await settle(park, calm)
  return world
}

/** The worker, until there is nothing to do: what a crash had in hand is due once its lease is over. */
async function settle(park: CarPark, deps: AskDeps) {
  const turns: number[][] = []
  while (turns.length < 20) {
    park.wait(11)
    const done = [
      await fetchObjects(deps),
      await completeCalls(deps),
      await attachCredit(deps),
      await settleUpStays(deps),
    ]
    if (done.every((count) => count === 0)) return
    turns.push(done)
  }
  throw new Error(`the worker never came to an end: ${JSON.stringify(turns)}`)
}

/** A process that ends in the middle leaves what it had not committed to nobody. */
async function surviving(work: () => Promise<unknown>) {
  await work().catch((error: unknown) => {
    if (!(error instanceof Crash) && !((error as Error).cause instanceof Crash)) throw error
  })
}

async function review(park: CarPark, sessionId: string) {
  await park.database.pool.query('update sessions set needs_review = false where id = $1', [sessionId])
}

/** The vehicle drives out, or turns back at the exit; `void`: it turns back at the entry. */
async function drive(park: CarPark, sessionId: string, step: { void: boolean }) {
  const now = new Date(park.clock.now)
  await change(park.database.db, { kind: 'controller', id: null, requestId: null }, now, async (tx) => {
    const session = (await lockSession(tx, sessionId))!
    if (session.state === 'void') return unchanged(undefined)
    if (session.state === 'closed') await undoExit(tx, session, session.exitDecisionId!)
    else if (step.void) await undoEntry(tx, session, session.entryDecisionId!, now)
    else await endStay(tx, session, { decisionId: randomUUID(), letOutAt: now, endedAt: now })
    return unchanged(undefined)
  })
}

async function build(park: CarPark, history: History) {
  const siteId = await park.emptySite({ tariff: plainTariff, doublePaymentPolicy: history.policy, capacity: 0 })
  const { db } = park.database
  const [sessionId, subscriptionId, tag] = [randomUUID(), randomUUID(), randomUUID().slice(0, 12)]
  const now = park.clock.now
  const plateId = randomUUID()
  const text = tag.replace('-', '').toUpperCase()
  await db.insert(tables.plates).values({ id: plateId, raw: text, plate: text, skeleton: text })
  await db.insert(tables.sessions).values({
    id: sessionId,
    siteId,
    plateId,
    openedAt: new Date(now.getTime() - 45 * 60_000),
    entryDecisionId: randomUUID(),
  })
  const tariffId = (await park.row('select id from tariffs where site_id = $1', [siteId])).id as string
  const quoteIds = [randomUUID(), randomUUID()]
  for (const id of quoteIds)
    await db.insert(tables.quotes).values({
      id,
      siteId,
      plateId,
      sessionId,
      tariffId,
      amountMinor: priceMinor,
      currency: 'EUR',
      lines: [],
      chargedFrom: now,
      pricedAt: now,
      expiresAt: new Date(now.getTime() + 15 * 60_000),
    })
  const planId = randomUUID()
  await db.insert(tables.plans).values({ id: planId, name: 'Monthly' })
  await db.insert(tables.subscriptions).values({
    id: subscriptionId,
    planId,
    holder: 'Holder',
    validFrom: now,
    provider: 'stripe',
    status: 'incomplete',
    statusSince: now,
  })
  await db.insert(tables.subscriptionSites).values({ subscriptionId, siteId })
  const fact = (of: string, n: number) => `${of}_${tag}_${n}`
  return { siteId, sessionId, subscriptionId, quoteIds, tag, fact }
}

/** All that the provider tells, in the order in which it happened; several in the same second. */
function notifications(history: History, world: Awaited<ReturnType<typeof build>>, at: string) {
  const { fact, tag, quoteIds, subscriptionId } = world
  const ofPayment = (capture: number) => ({ paymentFactId: fact('capture', capture), currency: 'EUR', occurredAt: at })
  const changes: { change: PaymentChange; status?: History['life'][number] }[] = [
    ...history.captures.map(({ of, amountMinor }, n) => ({
      change: {
        kind: 'payment_captured' as const,
        factId: fact('capture', n),
        reference: of === 'quote 1' ? quoteIds[0]! : of === 'quote 2' ? quoteIds[1]! : null,
        subscriptionObjectId: of === 'subscription' ? `sub_${subscriptionId}` : null,
        amountMinor,
        currency: 'EUR',
        capturedAt: at,
      },
    })),
    ...history.back.flatMap((each, n): { change: PaymentChange }[] =>
      each.kind === 'refund'
        ? each.states.map((state) => ({
            change: {
              kind: 'payment_refunded',
              factId: fact('refund', n),
              state,
              amountMinor: each.amountMinor,
              ...ofPayment(each.capture),
            },
          }))
        : each.states.map((state) => ({
            change: {
              kind: 'payment_disputed',
              factId: fact('dispute', n),
              state,
              amountMinor: 100,
              ...ofPayment(each.capture),
            },
          })),
    ),
    ...history.life.map((status) => ({
      status,
      change: {
        kind: 'object_changed' as const,
        objectKind: 'subscription' as const,
        objectId: `sub_${subscriptionId}`,
        reference: subscriptionId,
      },
    })),
    ...history.noise.map(({ what }): { change: PaymentChange } => ({
      change:
        what === 'pending'
          ? { kind: 'payment_pending', objectId: `cs_${tag}`, reference: quoteIds[0]! }
          : { kind: what, reason: 'a test' },
    })),
  ]
  return changes.map(({ change, status }, n): { event: PaymentEvent; status: History['life'][number] | undefined } => ({
    event: { provider: 'stripe', eventId: `evt_${tag}_${n}`, eventType: change.kind, change },
    status,
  }))
}
