import { randomUUID } from 'node:crypto'
import { startProvider } from '@turnpike/local/provider/main.ts'
import { paypalEndpoint } from '@turnpike/local/provider/paypal/paypal-events.ts'
import { newTestChain } from '@turnpike/local/provider/paypal/test-chain.ts'
import { paidCheckout, signatureOf } from '@turnpike/local/provider/stripe/signed-event.ts'
import {
  BodyNotAnEvent,
  CertificateNotTrusted,
  ProviderUnavailable,
  SignatureInvalid,
} from '@turnpike/providers/errors.ts'
import { paypalWebhook } from '@turnpike/providers/paypal/paypal.ts'
import { stripeWebhook } from '@turnpike/providers/stripe/stripe.ts'
import { webhookAnswer } from '@turnpike/providers/webhook-answer.ts'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CarPark, openCarPark } from '../car-park.ts'
import { openFailingPark } from '../failing-park.ts'
import { carThatWaits } from './by-the-real-clock.ts'

/* In the profile without Cloud Functions providers tell the core itself, through the code that the functions run. */

const webhookSecret = 'whsec_of_the_test'
let park: CarPark
beforeAll(async () => {
  park = await openCarPark({ webhooks: { stripe: stripeWebhook({ webhookSecret }) } })
})
afterAll(() => park.close())

const seconds = (now: Date) => Math.floor(now.getTime() / 1000)
const signed = (body: string, secret = webhookSecret) => signatureOf(body, secret, seconds(park.clock.now))
const completed = (quoteId: string, said: Record<string, unknown> = {}) =>
  paidCheckout(quoteId, said, seconds(park.clock.now))
/** JSON that is not what `JSON.stringify` makes of it. */
const asAnotherWrites = (body: string) =>
  `${body.slice(0, -1)}, "note": "Zo\\u00eb \\/ Zoë 🚗", "n": 1.0, "o": {}, "a": [ ] }\n`
const deliver = (body: string, signature: string | undefined, url = '/webhooks/stripe') =>
  park.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...(signature && { 'stripe-signature': signature }) },
    payload: body,
  })

async function carThatOwes(plate: string) {
  const site = await park.site()
  await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const { quote } = await park.read(site.exit, plate)
  return { quoteId: quote!.id, gateId: site.exit.gateId }
}

test('a signed payment opens the exit where its car waits, and its receipt says what became of it', async () => {
  const { quoteId, gateId } = await carThatOwes('WH 1')
  const event = completed(quoteId)
  const body = JSON.stringify(event)
  const answer = await deliver(body, signed(body))
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { eventId: event.id, eventType: 'checkout.session.completed', result: 'applied' },
  ])
  expect(await park.count('commands where gate_id = $1 and payment_id is not null', [gateId])).toBe(1)
  expect((await deliver(body, signed(body))).json()).toMatchObject({ result: 'duplicate' })
})

test('one that is completed but unpaid pays nothing; the money that comes later does (failure 9)', async () => {
  const { quoteId, gateId } = await carThatOwes('WH 2')
  const unpaid = JSON.stringify(completed(quoteId, { payment_status: 'unpaid', payment_intent: null }))
  const opens = () => park.count('commands where gate_id = $1 and payment_id is not null', [gateId])
  const payments = () => park.count('payments where quote_id = $1', [quoteId])
  expect((await deliver(unpaid, signed(unpaid))).json()).toMatchObject({ result: 'ignored' })
  expect([await payments(), await opens()]).toEqual([0, 0])
  const later = JSON.stringify({ ...completed(quoteId), type: 'checkout.session.async_payment_succeeded' })
  expect((await deliver(later, signed(later))).json()).toMatchObject({ result: 'applied' })
  expect([await payments(), await opens()]).toEqual([1, 1])
})

test('one that is completed but unpaid, and whose money never comes, pays nothing, and its quote can be paid still (failure 9)', async () => {
  const { quoteId } = await carThatOwes('WH 3')
  const unpaid = completed(quoteId, { payment_status: 'unpaid', payment_intent: null })
  for (const type of ['checkout.session.completed', 'checkout.session.async_payment_failed']) {
    const body = JSON.stringify({ ...unpaid, id: `evt_${randomUUID()}`, type })
    expect((await deliver(body, signed(body))).json()).toMatchObject({ eventType: type, result: 'ignored' })
  }
  expect(await park.count('payments where quote_id = $1', [quoteId])).toBe(0)
  const paid = JSON.stringify(completed(quoteId))
  expect((await deliver(paid, signed(paid))).json()).toMatchObject({ result: 'applied' })
})

test('one is verified as it came, not as it would be written again (failure 19)', async () => {
  const { quoteId, gateId } = await carThatOwes('WH 4')
  const body = asAnotherWrites(JSON.stringify(completed(quoteId)))
  expect(JSON.stringify(JSON.parse(body))).not.toBe(body)
  expect((await deliver(body, signed(body))).json()).toMatchObject({ result: 'applied' })
  expect(await park.count('commands where gate_id = $1 and payment_id is not null', [gateId])).toBe(1)
})

test.each<[string, (body: string) => [string, string | undefined], number]>([
  ['without a signature', (body) => [body, undefined], 400],
  ['signed with another secret', (body) => [body, signed(body, 'whsec_of_somebody_else')], 400],
  ['changed after it was signed', (body) => [body.replace('200', '100'), signed(body)], 400],
  ['that is no JSON', () => ['{', signed('{')], 400],
  ['that is an array', () => ['[]', signed('[]')], 400],
])('a delivery %s is refused, and nothing is stored', async (_what, made, status) => {
  const before = await park.count('payment_events')
  const [body, signature] = made(JSON.stringify(completed(randomUUID())))
  const answer = await deliver(body, signature)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([status, expect.stringContaining('problem+json')])
  expect(await park.count('payment_events')).toBe(before)
})

test('a type that we have no use for is stored and 200; a shape that we do not know is parked and 200', async () => {
  const unused = JSON.stringify({ id: 'evt_unused', type: 'customer.created', created: 1, data: { object: {} } })
  expect((await deliver(unused, signed(unused))).json()).toMatchObject({ result: 'ignored' })
  const strange = JSON.stringify({ ...completed(randomUUID()), data: { object: { object: 'checkout.session' } } })
  expect((await deliver(strange, signed(strange))).json()).toMatchObject({ result: 'parked' })
})

test('what PayPal signed pays as well, once, and what it did not sign is refused', async () => {
  const webhookId = '8PT597110X687430LKGECATA'
  const chain = newTestChain(new Date())
  const webhookUrl = 'http://127.0.0.1:9'
  const paypal = { webhookUrl, webhookId, client: { id: 'nobody', secret: 'nothing' }, chain }
  const provider = await startProvider({ webhookUrl, webhookSecret, paypal })
  const test = { origin: provider.url, rootPem: chain.root }
  const other = await openCarPark({ webhooks: { paypal: paypalWebhook({ environment: 'sandbox', webhookId, test }) } })
  onTestFinished(async () => {
    await other.close()
    await provider.stop()
  })
  // PayPal signs by the real clock.
  other.clock.now = new Date()
  const site = await other.site()
  const { quoteId } = await carThatWaits(other, site)
  const at = other.clock.now.toISOString()
  const capture = { id: 'CAPTURE1', status: 'COMPLETED', custom_id: quoteId, create_time: at, update_time: at }
  const amount = { currency_code: 'EUR', value: '2.00' }
  const event = { id: 'WH-1', event_type: 'PAYMENT.CAPTURE.COMPLETED', resource: { ...capture, amount } }
  const signedBody = asAnotherWrites(JSON.stringify(event))
  const headers = paypalEndpoint(webhookUrl, provider.url, webhookId, chain).headers(signedBody)
  const tell = async (payload: string) => {
    const answer = await other.app.inject({ method: 'POST', url: '/webhooks/paypal', headers, payload })
    return [answer.statusCode, answer.json().result ?? answer.json().code]
  }

  expect(await tell(signedBody.replace('2.00', '3.00'))).toEqual([400, 'unauthenticated'])
  expect(await tell(signedBody)).toEqual([200, 'applied'])
  expect(await tell(signedBody)).toEqual([200, 'duplicate'])
  expect(await other.count(`payments where provider = 'paypal' and amount_minor = 200`)).toBe(1)
  expect(await other.count('commands where gate_id = $1 and payment_id is not null', [site.exit.gateId])).toBe(1)
})

test('a provider that is not set up here is 503, so that it tells again', async () => {
  const answer = await deliver('{}', undefined, '/webhooks/paypal')
  expect([answer.statusCode, answer.json().title]).toEqual([503, 'Not configured'])
})

test.each<[string, Error, number, string]>([
  ['a forgery', new SignatureInvalid('it is not'), 400, 'unauthenticated'],
  ['a certificate of nobody’s', new CertificateNotTrusted('it is not'), 400, 'unauthenticated'],
  ['no event', new BodyNotAnEvent('it is none'), 400, 'invalid_request'],
  ['a certificate that cannot be had now', new ProviderUnavailable('it is away'), 503, 'unavailable'],
  ['anything that nobody expected', new Error('a secret is swordfish'), 500, 'internal'],
])('%s is answered by the table that the functions answer by (failure 22)', async (_what, thrown, status, code) => {
  const other = await openCarPark({
    webhooks: {
      stripe: { ...stripeWebhook({ webhookSecret }), verify: () => Promise.reject(thrown) },
    },
  })
  const answer = await other.app.inject({ method: 'POST', url: '/webhooks/stripe', payload: {} })
  await other.close()
  expect([answer.statusCode, answer.json().code]).toEqual([status, code])
  const { loud: _forTheLog, ...row } = webhookAnswer(thrown) ?? { loud: true }
  expect(answer.json()).toMatchObject(row)
  expect(answer.body).not.toContain('swordfish')
  expect(answer.headers['www-authenticate']).toBeUndefined()
})

test('where functions take the webhooks, there is no such address', async () => {
  const hybrid = await openCarPark()
  const { statusCode } = await hybrid.app.inject({ method: 'POST', url: '/webhooks/stripe', payload: {} })
  await hybrid.close()
  expect(statusCode).toBe(404)
})

test('Postgres away is 503 and never 2xx: what was not stored comes again (failure 6)', async () => {
  const failing = await openFailingPark({ webhooks: { stripe: stripeWebhook({ webhookSecret }) } })
  onTestFinished(() => failing.close())
  const { park: other, proxy } = failing
  const event = completed(randomUUID())
  const payload = JSON.stringify(event)
  const signature = signatureOf(payload, webhookSecret, seconds(other.clock.now))
  const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
  const tell = () => other.app.inject({ method: 'POST', url: '/webhooks/stripe', headers, payload })

  proxy.set({ kind: 'cut' })
  expect((await tell()).statusCode).toBe(503)
  expect(await other.count('payment_events where event_id = $1', [event.id])).toBe(0)
  proxy.set({ kind: 'fine' })
  const again = await tell()
  expect([again.statusCode, again.json().result]).toEqual([200, 'parked'])
  expect(await other.count('payment_events where event_id = $1', [event.id])).toBe(1)
})
