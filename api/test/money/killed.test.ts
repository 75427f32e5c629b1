import { randomUUID } from 'node:crypto'
import { startFailingProxy } from '@turnpike/local/failing-proxy.ts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { CarPark, Site } from '../car-park.ts'
import { openCarPark } from '../car-park.ts'
import { kill, startApi } from '../core-process.ts'
import { carThatWaits, stripeDelivery, stripePayment } from './by-the-real-clock.ts'
import { holdCommit, holdTable } from './held-table.ts'

/* The API is killed as a power cut would, in the middle of taking a notification in: at each step that it is held up at. */

const secret = 'whsec_of_the_test'
let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

const start = (databaseUrl = park.testDatabase.appUrl) => startApi(databaseUrl, { STRIPE_WEBHOOK_SECRET: secret })
const outcome = (sent: Promise<Response>) =>
  sent.then(
    (answer) => answer.status,
    () => 'cut off',
  )
const opens = (fact: string) =>
  park.count('commands where payment_id in (select id from payments where fact_id = $1)', [fact])

/** Kills an API that is about to write to this table, and starts another one; its address for webhooks. */
async function killedAt(table: string, statement: 'insert into' | 'update', send: (url: string) => Promise<Response>) {
  const first = await start()
  const held = await holdTable(park, table)
  const cutOff = outcome(send(`${first.url}/webhooks/stripe`))
  await held.reached(statement, 'api')
  await kill(first)
  expect(await cutOff).toBe('cut off')
  await held.release()
  return async () => `${(await start()).url}/webhooks/stripe`
}

// In the order in which they are written.
test.each([
  ['payment_events', 'insert into'],
  ['payments', 'insert into'],
  ['quotes', 'update'],
  ['sessions', 'update'],
  ['commands', 'insert into'],
  ['gate_passes', 'update'],
  ['audit_entries', 'insert into'],
  ['mirror_marks', 'insert into'],
] as const)(
  'killed while it is about to write %s, it has stored nothing, and the redelivery does all of it once (failure 7)',
  { timeout: 60_000 },
  async (table, statement) => {
    const { sessionId, quoteId } = await carThatWaits(park, site)
    const { fact, send } = stripePayment(quoteId, secret)
    const again = await killedAt(table, statement, send)
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(0)
    expect(await park.count(`payment_events where change ->> 'factId' = $1`, [fact])).toBe(0)

    const url = await again()
    expect(await (await send(url)).json()).toMatchObject({ result: 'applied' })
    expect(await (await send(url)).json()).toMatchObject({ result: 'duplicate' })
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
    expect(await opens(fact)).toBe(1)
    expect((await park.row('select paid_until from sessions where id = $1', [sessionId])).paid_until).not.toBeNull()
  },
)

test('killed after it has committed and before it says so, it has stored all of it, and the redelivery adds nothing (failure 7)', {
  timeout: 60_000,
}, async () => {
  const { quoteId } = await carThatWaits(park, site)
  const { fact, send } = stripePayment(quoteId, secret)
  const proxy = await startFailingProxy(park.testDatabase.appUrl)
  onTestFinished(() => proxy.close())
  const first = await start(proxy.urlFor(park.testDatabase.appUrl))
  const held = await holdCommit(park, 'payments')
  const cutOff = outcome(send(`${first.url}/webhooks/stripe`))
  await held.reached('api')
  // It is never told that its commit is done.
  proxy.set({ kind: 'mute' })
  await held.release()
  expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
  await kill(first)
  expect(await cutOff).toBe('cut off')

  const second = await start()
  expect(await (await send(`${second.url}/webhooks/stripe`)).json()).toMatchObject({ result: 'duplicate' })
  expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
  expect(await opens(fact)).toBe(1)
})

const created = Math.floor(Date.now() / 1000)
const moneyBack = { payment_intent: 'pi_of_nobody', amount: 100, currency: 'eur', created }
test.each<[string, string, string, string, object]>([
  ['a refund', 'refunds', 'fact_id', 'refund.created', { object: 'refund', status: 'succeeded', ...moneyBack }],
  [
    'a dispute',
    'disputes',
    'fact_id',
    'charge.dispute.created',
    { object: 'dispute', status: 'needs_response', ...moneyBack },
  ],
  [
    'that a subscription has changed',
    'provider_objects',
    'object_id',
    'customer.subscription.updated',
    { object: 'subscription', metadata: {} },
  ],
])(
  'killed while it is about to write %s, it has stored nothing, and the redelivery does it once (failure 7)',
  { timeout: 60_000 },
  async (_what, table, key, type, object) => {
    const id = `of_${randomUUID()}`
    const event = { id: `evt_${id}`, type, created, data: { object: { id, ...object } } }
    const send = stripeDelivery(event, secret)
    const stored = async () => [
      await park.count('payment_events where event_id = $1', [event.id]),
      await park.count(`${table} where ${key} = $1`, [id]),
    ]
    const again = await killedAt(table, 'insert into', send)
    expect(await stored()).toEqual([0, 0])

    const url = await again()
    expect((await send(url)).status).toBe(200)
    expect(await (await send(url)).json()).toMatchObject({ result: 'duplicate' })
    expect(await stored()).toEqual([1, 1])
  },
)
