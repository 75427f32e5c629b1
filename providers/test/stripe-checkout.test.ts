import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { ProviderRefused, ProviderUnavailable } from '../src/errors.ts'
import type { CheckoutRequest } from '../src/provider.ts'
import { stripeProvider } from '../src/stripe/stripe.ts'

type Received = { headers: IncomingMessage['headers']; form: Record<string, string> }

const request: CheckoutRequest = {
  quoteId: 'quote-7f3a',
  amountMinor: 450,
  currency: 'EUR',
  description: 'Parking, Central Garage',
  successUrl: 'https://park.example/pay/quote-7f3a?done=1',
  cancelUrl: 'https://park.example/pay/quote-7f3a',
  idempotencyKey: 'checkout-quote-7f3a',
  expiresAt: new Date('2026-11-03T08:15:00.900Z'),
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** The other side of the wire: records what arrives and answers each request as told. */
async function server(answer: (response: ServerResponse) => void): Promise<{ apiUrl: string; received: Received[] }> {
  const received: Received[] = []
  const http = createServer(async (incoming, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(incoming)))
    received.push({ headers: incoming.headers, form })
    answer(response)
  })
  servers.push(http)
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  return { apiUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, received }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

const checkout = (apiUrl: string) => stripeProvider({ secretKey: 'sk_test_1', apiUrl }).createCheckout(request)

test('Stripe learns the quote id, the sum and a description, and nothing else about the stay', async () => {
  const { apiUrl, received } = await server((response) =>
    json(response, 200, { id: 'cs_1', url: 'https://pay.example/1' }),
  )

  expect(await checkout(apiUrl)).toEqual({ redirectUrl: 'https://pay.example/1', providerObjectId: 'cs_1' })
  expect(received).toHaveLength(1)
  expect(received[0]!.headers).toMatchObject({
    authorization: 'Bearer sk_test_1',
    'idempotency-key': 'checkout-quote-7f3a',
    'stripe-version': '2026-10-28.endive',
  })
  expect(received[0]!.form).toEqual({
    mode: 'payment',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '450',
    'line_items[0][price_data][product_data][name]': 'Parking, Central Garage',
    client_reference_id: 'quote-7f3a',
    'metadata[quoteId]': 'quote-7f3a',
    'payment_intent_data[metadata][quoteId]': 'quote-7f3a',
    'adaptive_pricing[enabled]': 'false',
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    expires_at: String(Date.parse('2026-11-03T08:46:00Z') / 1000),
  })
})

describe('when Stripe', () => {
  test('fails, it is asked once more with the same idempotency key, then it is unavailable', async () => {
    const { apiUrl, received } = await server((response) => json(response, 500, { error: { type: 'api_error' } }))
    await expect(checkout(apiUrl)).rejects.toThrow(ProviderUnavailable)
    expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'checkout-quote-7f3a',
      'checkout-quote-7f3a',
    ])
  })

  test('answers on the second try, the driver can pay', async () => {
    let tries = 0
    const { apiUrl } = await server((response) => {
      tries += 1
      if (tries === 1) response.destroy()
      else json(response, 200, { id: 'cs_1', url: 'https://pay.example/1' })
    })
    expect((await checkout(apiUrl)).providerObjectId).toBe('cs_1')
  })

  test('cannot be reached, it is unavailable', async () => {
    const { apiUrl } = await server(() => {})
    const gone = servers.pop()!
    await new Promise((closed) => gone.close(closed))
    await expect(checkout(apiUrl)).rejects.toThrow(ProviderUnavailable)
  })

  test('never answers, we give up within 10 s', async () => {
    const { apiUrl } = await server(() => {})
    const started = performance.now()
    await expect(checkout(apiUrl)).rejects.toThrow(ProviderUnavailable)
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  test('answers without a page, it is unavailable', async () => {
    const { apiUrl } = await server((response) => json(response, 200, { id: 'cs_1', url: null }))
    await expect(checkout(apiUrl)).rejects.toThrow(ProviderUnavailable)
  })

  test('turns our key away, it is unavailable: the next driver would fare no better', async () => {
    const { apiUrl } = await server((response) => json(response, 401, { error: { type: 'invalid_request_error' } }))
    await expect(checkout(apiUrl)).rejects.toThrow(ProviderUnavailable)
  })

  test.each([
    ['invalid_request_error', 'amount_too_small', 'amount_too_small'],
    ['idempotency_error', undefined, 'idempotency_error'],
  ])('refuses the request (%s, %s), it is not asked again and its code is kept', async (type, code, kept) => {
    const { apiUrl, received } = await server((response) =>
      json(response, 400, { error: { type, code, message: 'no' } }),
    )
    const error = await checkout(apiUrl).catch((refused: unknown) => refused)
    expect(error).toBeInstanceOf(ProviderRefused)
    expect(error).toMatchObject({ code: kept })
    expect(received).toHaveLength(1)
  })
})

test('a sum that Stripe cannot charge is refused before anything is sent', async () => {
  const { apiUrl, received } = await server((response) => json(response, 200, {}))
  const provider = stripeProvider({ secretKey: 'sk_test_1', apiUrl })
  await expect(provider.createCheckout({ ...request, amountMinor: 5124, currency: 'KWD' })).rejects.toThrow(
    ProviderRefused,
  )
  expect(received).toHaveLength(0)
})

test('a blank key does not start', () => {
  expect(() => stripeProvider({ secretKey: ' ' })).toThrow('needs a secret key')
})
