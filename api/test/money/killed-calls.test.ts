import { type Provider, startProvider } from '@turnpike/local/provider/main.ts'
import { press } from '@turnpike/local/provider/test/paypal-client.ts'
import { paypalProvider } from '@turnpike/providers/paypal/paypal.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { kill, startApi, startCoreProcess } from '../core-process.ts'
import { carThatWaits } from './by-the-real-clock.ts'
import { holdTable } from './held-table.ts'
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.ts'

/*
 * The process that asks a provider for something is killed as a power cut would, between any two steps: what is to be asked is written
 * down, the provider is asked, what it said is recorded. Another process does the rest. The provider is the stand-in.
 */

const secret = 'whsec_of_the_test'
const patiently = { timeout: 25_000, interval: 50 }
let park: CarPark
let site: Site
let provider: Provider
/** From the core to the provider, and back by webhooks. */
let out: HoldingProxy
let back: HoldingProxy
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
  out = await startHoldingProxy('')
  back = await startHoldingProxy('http://127.0.0.1:9')
  provider = await startProvider({ webhookUrl: `${back.url}/webhooks/stripe`, webhookSecret: secret })
  out.state.target = provider.url
})
afterEach(() => {
  out.seen.length = 0
})
afterAll(async () => {
  await provider.stop()
  await Promise.all([out.stop(), back.stop()])
  await park.close()
})

async function startAsker() {
  const api = await startApi(park.testDatabase.appUrl, {
    STRIPE_WEBHOOK_SECRET: secret,
    STRIPE_API_URL: out.url,
  })
  back.state.target = api.url
  return api
}
const startWorker = () =>
  startCoreProcess('worker', {
    DATABASE_URL: park.testDatabase.appUrl,
    STRIPE_SECRET_KEY: 'sk_test_of_nobody',
    STRIPE_API_URL: out.url,
  })
/** Whoever was killed held on to what it had begun for half a minute: that is over. */
const leasesEnd = async () => {
  await park.database.pool.query(
    `update outbound_calls set due_at = now() where state = 'pending' and kind <> 'expire_checkout'`,
  )
  await park.database.pool.query('update provider_objects set due_at = now() where due_at is not null')
}
const atProvider = async (path: string) => {
  const answer = await fetch(`${provider.url}/v1/${path}`, { headers: { authorization: 'Bearer sk_test_of_nobody' } })
  return ((await answer.json()) as { data: Record<string, unknown>[] }).data
}
const begin = (url: string, quoteId: string) =>
  fetch(`${url}/v1/quotes/${quoteId}/checkout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'stripe' }),
  })
const pageOf = async (begun: Promise<Response>) => ((await (await begun).json()) as { redirectUrl: string }).redirectUrl
const pay = (redirectUrl: string) => fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' })
const callsOf = async (subjectId: string, kind: string) =>
  (
    await park.database.pool.query(
      'select state::text, result from outbound_calls where subject_id = $1 and kind = $2',
      [subjectId, kind],
    )
  ).rows
const isDone = (subjectId: string, kind: string) =>
  vi.waitFor(async () => expect(await callsOf(subjectId, kind)).toMatchObject([{ state: 'done' }]), patiently)

describe('a checkout whose API is killed', () => {
  const checkoutsOf = async (quoteId: string) =>
    (await atProvider('checkout/sessions?limit=100')).filter((each) => each.client_reference_id === quoteId)

  test('before it is written down is not begun, and the driver begins it anew', { timeout: 60_000 }, async () => {
    const { quoteId } = await carThatWaits(park, site)
    const first = await startAsker()
    const held = await holdTable(park, 'outbound_calls')
    const cutOff = begin(first.url, quoteId).catch(() => 'cut off')
    await held.reached('insert into', 'api')
    await kill(first)
    expect(await cutOff).toBe('cut off')
    await held.release()
    expect([await callsOf(quoteId, 'checkout'), await checkoutsOf(quoteId)]).toEqual([[], []])
    const second = await startAsker()
    expect((await begin(second.url, quoteId)).status).toBe(200)
    expect(await checkoutsOf(quoteId)).toHaveLength(1)
  })

  test.each(['before the provider is asked', 'after the provider did it', 'while it records that'])(
    '%s is one at the provider, finished by another process, and the page that the driver gets',
    { timeout: 60_000 },
    async (when) => {
      const { quoteId } = await carThatWaits(park, site)
      const first = await startAsker()
      const wire = out.hold(when.startsWith('before') ? 'request' : 'answer', /^POST \/v1\/checkout\/sessions/)
      const cutOff = begin(first.url, quoteId).catch(() => 'cut off')
      await wire.reached
      const table = when.startsWith('while') ? await holdTable(park, 'outbound_calls') : undefined
      if (table !== undefined) {
        wire.release()
        await table.reached('update', 'api')
      }
      await kill(first)
      await wire.left
      expect(await cutOff).toBe('cut off')
      wire.release()
      await table?.release()
      expect(await callsOf(quoteId, 'checkout')).toMatchObject([{ state: 'pending' }])
      expect(await checkoutsOf(quoteId)).toHaveLength(when.startsWith('before') ? 0 : 1)

      const worker = await startWorker()
      await leasesEnd()
      await isDone(quoteId, 'checkout')
      await kill(worker)
      const second = await startAsker()
      const page = await pageOf(begin(second.url, quoteId))
      expect(await checkoutsOf(quoteId)).toMatchObject([{ url: page }])
    },
  )
})

test.each(['before the provider is asked', 'after the provider did it', 'while it records that'])(
  'a refund whose worker is killed %s is one at the provider and one here, finished by another process',
  { timeout: 60_000 },
  async (when) => {
    // Two who pay one stay: what the second has paid goes back.
    const { quoteIds } = await carThatWaits(park, site, 2)
    const api = await startAsker()
    const pages: string[] = []
    for (const quoteId of quoteIds) pages.push(await pageOf(begin(api.url, quoteId)))
    for (const page of pages) await pay(page)
    const surplus = `select p.id, p.fact_id from payments p join outbound_calls c on c.subject_id = p.id where p.quote_id = any($1)`
    const payment = await park.row(surplus, [quoteIds])
    const refunds = () => atProvider(`refunds?payment_intent=${payment.fact_id}`)

    const isRecording = when.startsWith('while')
    const table = isRecording ? await holdTable(park, 'refunds') : undefined
    const wire = isRecording
      ? undefined
      : out.hold(when.startsWith('before') ? 'request' : 'answer', /^POST \/v1\/refunds/)
    const first = await startWorker()
    await (wire?.reached ?? table!.reached('insert into', 'worker'))
    await kill(first)
    await wire?.left
    wire?.release()
    await table?.release()
    expect(await callsOf(payment.id, 'refund')).toMatchObject([{ state: 'pending' }])
    expect(await refunds()).toHaveLength(when.startsWith('before') ? 0 : 1)

    // The other process starts a day later.
    await fetch(`${provider.url}/_control/stripe/forget-keys`, { method: 'POST' })
    await startWorker()
    await leasesEnd()
    await isDone(payment.id, 'refund')
    expect(await refunds()).toHaveLength(1)
    expect(await park.count('refunds where payment_id = $1', [payment.id])).toBe(1)
    expect(await park.count('payments where quote_id = any($1)', [quoteIds])).toBe(2)
  },
)

describe('an order that was approved at a provider that leaves it to us to take its money', () => {
  const ofNobody = { clientId: 'nobody', clientSecret: 'nobody' }
  const startTaker = () =>
    startCoreProcess('worker', {
      DATABASE_URL: park.testDatabase.appUrl,
      PAYMENT_PROVIDERS: 'paypal',
      PAYPAL_ENVIRONMENT: 'sandbox',
      PAYPAL_CLIENT_ID: ofNobody.clientId,
      PAYPAL_CLIENT_SECRET: ofNobody.clientSecret,
      PAYPAL_API_URL: out.url,
    })

  test.each(['before the provider is asked', 'after the provider did it', 'while it records that'])(
    'is paid once, though the worker is killed %s',
    { timeout: 60_000 },
    async (when) => {
      const { quoteId } = await carThatWaits(park, site)
      const buyer = paypalProvider({ environment: 'sandbox', ...ofNobody, apiUrl: provider.url })
      const { providerObjectId: orderId, redirectUrl } = await buyer.createCheckout({
        quoteId,
        amountMinor: 200,
        currency: 'EUR',
        description: 'Parking',
        successUrl: 'https://parking.example/done',
        cancelUrl: 'https://parking.example/back',
        idempotencyKey: quoteId,
      })
      await press(redirectUrl, 'balance')
      await park.database.pool.query(
        `insert into provider_objects (provider, kind, object_id, reference, due_at) values ('paypal', 'checkout', $1, $2, now())`,
        [orderId, quoteId],
      )
      const isRecording = when.startsWith('while')
      const table = isRecording ? await holdTable(park, 'payments') : undefined
      const wire = isRecording
        ? undefined
        : out.hold(when.startsWith('before') ? 'request' : 'answer', /^POST \/v2\/checkout\/orders\/[^/]+\/capture/)
      const first = await startTaker()
      await (wire?.reached ?? table!.reached('insert into', 'worker'))
      await kill(first)
      await wire?.left
      wire?.release()
      await table?.release()
      const payments = () => park.count('payments where quote_id = $1', [quoteId])
      expect(await payments()).toBe(0)

      await startTaker()
      await leasesEnd()
      await vi.waitFor(async () => expect(await payments()).toBe(1), patiently)
      const { id, fact_id: factId } = await park.row('select id, fact_id from payments where quote_id = $1', [quoteId])
      expect(await park.count('commands where payment_id = $1', [id])).toBe(1)
      expect(await buyer.fetchState('checkout', orderId)).toMatchObject({
        changes: [{ kind: 'payment_captured', factId, amountMinor: 200 }],
      })
    },
  )
})

describe('a subscription that was paid for', () => {
  /** As far as its webhooks: told, accepted, and not fetched yet. */
  async function paidFor() {
    const planId = await park.planOnOffer(site.id)
    const api = await startAsker()
    const body = { planId, holder: 'Ada', email: 'ada@example.org', provider: 'stripe', plates: ['KS 47155'] }
    const bought = await fetch(`${api.url}/v1/public/subscriptions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { subscriptionId, redirectUrl } = (await bought.json()) as { subscriptionId: string; redirectUrl: string }
    await pay(redirectUrl)
    await vi.waitFor(
      async () =>
        expect(await park.count(`payment_events where state = 'accepted' and provider = 'stripe'`)).toBeGreaterThan(0),
      patiently,
    )
    return subscriptionId
  }

  test.each(['before the provider is asked', 'after it has answered', 'while it writes what it was told'])(
    'is active once, and its holder is written to once, though the worker is killed %s',
    { timeout: 60_000 },
    async (when) => {
      const id = await paidFor()
      const isWriting = when.startsWith('while')
      const table = isWriting ? await holdTable(park, 'subscriptions') : undefined
      const wire = isWriting
        ? undefined
        : out.hold(when.startsWith('before') ? 'request' : 'answer', /^GET \/v1\/subscriptions/)
      const first = await startWorker()
      await (wire?.reached ?? table!.reached('update', 'worker'))
      await kill(first)
      await wire?.left
      wire?.release()
      await table?.release()
      const status = async () => (await park.row('select status::text from subscriptions where id = $1', [id])).status
      expect(await status()).toBe('incomplete')

      await startWorker()
      await leasesEnd()
      await vi.waitFor(
        async () => expect(await park.count(`payment_events where state = 'accepted' and provider = 'stripe'`)).toBe(0),
        patiently,
      )
      expect(await status()).toBe('active')
      expect(await park.count('holder_mails where subscription_id = $1', [id])).toBe(1)
      expect(await park.count('payments where subscription_id = $1', [id])).toBe(1)
    },
  )
})
