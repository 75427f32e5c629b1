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

test('accepts what Stripe signed, and reads it', () => {
  expect(verify(payload, sign(payload))).toEqual({ eventId: 'evt_1', eventType: 'a.b', body: JSON.parse(payload) })
})

test('accepts a header with one signature per active secret, in either order', () => {
  const [stamp, good] = sign(payload).split(',')
  const [, old] = sign(payload, { secret: 'whsec_retired' }).split(',')
  expect(verify(payload, `${stamp},${old},${good}`).eventId).toBe('evt_1')
  expect(verify(payload, `${stamp},${good},${old},v0=ignored`).eventId).toBe('evt_1')
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
  ])('%s', (_, body, header) => {
    expect(() => verify(body, header)).toThrow(SignatureInvalid)
  })

  test.each([
    ['older than 300 s', -301],
    ['more than 300 s in the future', 301],
  ])('a signature %s', (_, shift) => {
    expect(() => verify(payload, sign(payload, { timestamp: nowSeconds + shift }))).toThrow(SignatureInvalid)
  })

  test('everything when the secret is blank, even what was signed with the blank', () => {
    const blank = stripeWebhook({ webhookSecret: ' ' })
    const header = { 'stripe-signature': sign(payload, { secret: ' ' }) }
    expect(() => blank.verify(Buffer.from(payload), header, now)).toThrow(SignatureInvalid)
  })
})

test.each([-300, 300])('accepts a signature at the edge of the tolerance (%i s)', (shift) => {
  expect(verify(payload, sign(payload, { timestamp: nowSeconds + shift })).eventId).toBe('evt_1')
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
])('a signed body that is no event is told from a forgery: %s', (body) => {
  expect(() => verify(body, sign(body))).toThrow(BodyNotAnEvent)
})

test('the error of a forgery carries nothing of the payload', () => {
  const error = (() => {
    try {
      return verify(payload, sign(payload, { secret: 'whsec_other' }))
    } catch (refused) {
      return refused as Error
    }
  })()
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('evt_1')
})
