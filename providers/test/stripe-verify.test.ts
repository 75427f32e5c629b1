import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { BodyNotAnEvent, SignatureInvalid } from '../src/errors.ts'
import { stripeWebhook } from '../src/stripe/stripe.ts'

const secret = 'whsec_of_this_test'
const now = new Date('2026-11-03T08:01:02Z')
const nowSeconds = now.getTime() / 1000
const payload = '{"id":"evt_1","type":"a.b","note":"Zoë / \\u00fc 🚗","n":1.0,"o":{}}'
const webhook = stripeWebhook({ webhookSecret: secret })

function sign(body: string, options: { secret?: string; timestamp?: number; scheme?: string } = {}): string {
  return Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: nowSeconds, ...options })
}

function verify(body: string | Buffer, header: string | string[] | undefined) {
  return webhook.verify(Buffer.from(body), { 'stripe-signature': header }, now)
}

test('accepts what Stripe signed, and reads it', async () => {
  expect(await verify(payload, sign(payload))).toEqual({
    eventId: 'evt_1',
    eventType: 'a.b',
    body: JSON.parse(payload),
  })
})

test('accepts a header with one signature per active secret, in either order', async () => {
  const [stamp, good] = sign(payload).split(',')
  const [, old] = sign(payload, { secret: 'whsec_retired' }).split(',')
  expect(await verify(payload, `${stamp},${old},${good}`)).toMatchObject({ eventId: 'evt_1' })
  expect(await verify(payload, `${stamp},${good},${old},v0=ignored`)).toMatchObject({ eventId: 'evt_1' })
})

describe('refuses', () => {
  test.each([
    ['an altered body', payload.replace('evt_1', 'evt_2'), sign(payload)],
    ['a body that was parsed and written again', JSON.stringify(JSON.parse(payload)), sign(payload)],
    ['another secret', payload, sign(payload, { secret: 'whsec_other' })],
    ['an unknown scheme only', payload, sign(payload, { scheme: 'v0' })],
    ['a missing header', payload, undefined],
    ['an empty header', payload, ''],
    ['a repeated header', payload, [sign(payload), sign(payload)]],
    ['a header of noise', payload, 't=,v1=,=,,'],
    ['a timestamp that was changed', payload, sign(payload).replace(/t=\d+/, `t=${nowSeconds - 1}`)],
  ])('%s', async (_, body, header) => {
    await expect(verify(body, header)).rejects.toThrow(SignatureInvalid)
  })

  test.each([
    ['older than 300 s', -301],
    ['more than 300 s in the future', 301],
  ])('a signature %s', async (_, shift) => {
    await expect(verify(payload, sign(payload, { timestamp: nowSeconds + shift }))).rejects.toThrow(SignatureInvalid)
  })

  test('everything when the secret is blank, even what was signed with the blank', async () => {
    const blank = stripeWebhook({ webhookSecret: ' ' })
    const header = { 'stripe-signature': sign(payload, { secret: ' ' }) }
    await expect(blank.verify(Buffer.from(payload), header, now)).rejects.toThrow(SignatureInvalid)
  })
})

test.each([-300, 300])('accepts a signature at the edge of the tolerance (%i s)', async (shift) => {
  expect(await verify(payload, sign(payload, { timestamp: nowSeconds + shift }))).toMatchObject({ eventId: 'evt_1' })
})

test.each([
  '',
  'not json',
  '[]',
  '[{"id":"evt_1","type":"a"}]',
  '"evt_1"',
  'null',
  '{}',
  '{"id":7,"type":"a"}',
  '{"id":"evt_1"}',
])('a signed body that is no event is told from a forgery: %s', async (body) => {
  await expect(verify(body, sign(body))).rejects.toThrow(BodyNotAnEvent)
})

test('the error of a forgery carries nothing of the payload', async () => {
  const error = await verify(payload, sign(payload, { secret: 'whsec_other' })).catch((refused: unknown) => refused)
  expect(error).toBeInstanceOf(SignatureInvalid)
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('evt_1')
})
