import { createHash, verify, X509Certificate } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { control, startMerchant, webhookId } from './merchant.ts'
import { linkOf, order, type Paypal, paypalAt, press } from './paypal-client.ts'

let merchant: Awaited<ReturnType<typeof startMerchant>>
let url: string
let paypal: Paypal
beforeAll(async () => {
  merchant = await startMerchant()
  url = merchant.provider.url
  paypal = await paypalAt(url)
})
beforeEach(() => {
  merchant.deliveries.length = 0
})
afterAll(() => merchant.stop())

async function approveOne(): Promise<string> {
  const { body } = await paypal('POST', '/v2/checkout/orders', order())
  await press(linkOf(body, 'payer-action'), 'balance')
  return body.id
}

/* The twelve lines with which the genuine deliveries of the fixtures verify. */
test('a delivery verifies with the certificate that it names, which our test root signed', async () => {
  await approveOne()
  const { headers, body } = merchant.deliveries[0]!
  const text = (name: string) => String(headers[`paypal-${name}`])
  const certificate = new X509Certificate(await (await fetch(text('cert-url'))).text())
  const root = new X509Certificate(merchant.chain.root)
  expect(certificate.verify(root.publicKey)).toBe(true)
  expect(certificate.checkIssued(root)).toBe(true)
  expect(root.ca).toBe(true)
  expect(certificate.ca).toBe(false)
  expect(certificate.subject).toBe('CN=messageverificationcerts.sandbox.paypal.com')
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now())
  expect(text('auth-algo')).toBe('SHA256withRSA')
  const signed = `${text('transmission-id')}|${text('transmission-time')}|${webhookId}|${crc32(body)}`
  const signature = Buffer.from(text('transmission-sig'), 'base64')
  expect(verify('sha256', Buffer.from(signed), certificate.publicKey, signature)).toBe(true)
  expect(verify('sha256', Buffer.from(`${signed}0`), certificate.publicKey, signature)).toBe(false)
})

test('a dropped event is listed, and arrives when it is sent again: the same bytes', async () => {
  await control(url, 'paypal/faults', { drop: 1 })
  const dropped = await approveOne()
  await control(url, 'paypal/faults', { drop: 0 })
  expect(merchant.deliveries).toEqual([])
  const { body } = await paypal(
    'GET',
    '/v1/notifications/webhooks-events?event_type=CHECKOUT.ORDER.APPROVED&page_size=1',
  )
  expect(body.events[0].resource.id).toBe(dropped)
  await paypal('POST', `/v1/notifications/webhooks-events/${body.events[0].id}/resend`)
  await merchant.delivered(1)
  await control(url, 'paypal/resend', { event: body.events[0].id })
  const hashes = merchant.deliveries.map((one) => createHash('sha256').update(one.body).digest('hex'))
  expect(new Set(hashes).size).toBe(1)
  expect(JSON.parse(merchant.deliveries[0]!.body.toString())).toEqual(body.events[0])
})

test('pages of events are joined by their links without gap', async () => {
  for (let count = 0; count < 3; count++) await approveOne()
  const all = (await paypal('GET', '/v1/notifications/webhooks-events?page_size=300')).body.events
  const seen = []
  for (let next: string | undefined = '/v1/notifications/webhooks-events?page_size=2'; next !== undefined; ) {
    const { body }: Awaited<ReturnType<Paypal>> = await paypal('GET', next)
    seen.push(...body.events)
    next = body.links.find(({ rel }: { rel: string }) => rel === 'next')?.href
  }
  expect(seen).toEqual(all)
})
