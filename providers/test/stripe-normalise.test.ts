import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentEvent } from '@turnpike/contracts/payment-event.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { VerifiedEvent } from '../src/provider.ts'
import { normalise } from '../src/stripe/normalise.ts'
import completed from './fixtures/checkout-session-completed.json' with { type: 'json' }

const genuine = join(import.meta.dirname, '../../../shared/fixtures/stripe')

function verified(body: Record<string, unknown>): VerifiedEvent {
  return { eventId: String(body.id), eventType: String(body.type), body }
}

/** Our example event with some fields of its checkout session changed. */
function withSession(changes: Record<string, unknown>, type = completed.type): VerifiedEvent {
  return verified({ ...completed, type, data: { object: { ...completed.data.object, ...changes } } })
}

describe('a checkout event', () => {
  test('paid: becomes a capture keyed by the payment intent, at the time of the event and not of the session', () => {
    expect(normalise(verified(completed))).toEqual({
      provider: 'stripe',
      eventId: 'evt_turnpikeExample0001',
      eventType: 'checkout.session.completed',
      change: {
        kind: 'payment_captured',
        factId: 'pi_turnpikeExample0001',
        reference: 'quote-7f3a',
        subscriptionObjectId: null,
        amountMinor: 450,
        currency: 'EUR',
        capturedAt: '2026-11-03T10:01:01.000Z',
      },
    })
  })

  test('unpaid: is pending and captures nothing', () => {
    expect(normalise(withSession({ payment_status: 'unpaid' }))).toMatchObject({
      change: { kind: 'payment_pending', objectId: 'cs_test_turnpikeExample0001', reference: 'quote-7f3a' },
    })
  })

  test('delayed money that arrived is the same fact as money that came at once', () => {
    const late = normalise(withSession({}, 'checkout.session.async_payment_succeeded'))
    expect(late).toMatchObject({ change: { kind: 'payment_captured', factId: 'pi_turnpikeExample0001' } })
  })

  test('without our reference is still reported: somebody paid', () => {
    expect(normalise(withSession({ client_reference_id: null }))).toMatchObject({
      change: { kind: 'payment_captured', reference: null },
    })
  })

  test('with the payment intent expanded gives the same fact', () => {
    const expanded = normalise(
      withSession({ payment_intent: { id: 'pi_turnpikeExample0001', object: 'payment_intent' } }),
    )
    expect(expanded).toEqual(normalise(verified(completed)))
  })

  test.each([
    ['no money was needed', { payment_status: 'no_payment_required', payment_intent: null, amount_total: 0 }],
    ['a card was only saved', { mode: 'setup', payment_status: 'no_payment_required', payment_intent: null }],
    ['a subscription was paid by invoice', { mode: 'subscription', payment_intent: null }],
  ])('is ignored when %s', (_, changes) => {
    expect(normalise(withSession(changes)).change.kind).toBe('ignored')
  })

  test.each([
    ['amount_total', { amount_total: null }],
    ['amount_total', { amount_total: undefined }],
    ['amount_total', { amount_total: 4.5 }],
    ['amount', { amount_total: -450 }],
    ['amount_total', { amount_total: '450' }],
    ['currency', { currency: null }],
    ['currency', { currency: 'euro' }],
    ['payment_intent', { payment_intent: null }],
    ['payment_intent', { payment_intent: undefined }],
    ['payment_status', { payment_status: 'partially_paid' }],
    ['client_reference_id', { client_reference_id: 7 }],
    ['object', { object: 'payment_link' }],
  ])('whose %s is not as promised is not understood, and the reason names the field', (field, changes) => {
    const { change } = normalise(withSession(changes))
    expect(change).toEqual({ kind: 'not_understood', reason: expect.stringContaining(field) })
  })

  test('is a payment event whatever its fields hold', () => {
    const fields = fc.constantFrom(...Object.keys(completed.data.object))
    fc.assert(
      fc.property(fc.dictionary(fields, fc.jsonValue(), { maxKeys: 6 }), fc.jsonValue(), (changes, created) => {
        const event = withSession(changes)
        const said = normalise({ ...event, body: { ...event.body, created } })
        expect(paymentEvent.safeParse(said).success).toBe(true)
      }),
    )
  })
})

test('an event type we do not know is ignored, so that Stripe does not retry it for days', () => {
  expect(normalise(verified({ id: 'evt_1', type: 'customer.created', data: null })).change.kind).toBe('ignored')
})

describe.runIf(existsSync(genuine))('genuine Stripe payloads', () => {
  const folder = join(genuine, 'events-2020-shape')
  const events = (existsSync(folder) ? readdirSync(folder) : []).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>,
  )

  test('of 2020: the completed checkout is a capture of 9.99 EUR', () => {
    const event = events.find(({ type }) => type === 'checkout.session.completed')!
    expect(normalise(verified(event))).toMatchObject({
      change: {
        kind: 'payment_captured',
        factId: 'pi_1IqxJOJDPojXS6LN9uOebAea',
        reference: null,
        amountMinor: 999,
        currency: 'EUR',
        capturedAt: '2021-04-29T11:57:10.000Z',
      },
    })
  })

  test('of 2020: every other event is ignored', () => {
    const others = events.filter(({ type }) => type !== 'checkout.session.completed')
    expect(others.length).toBeGreaterThanOrEqual(70)
    for (const event of others) expect(normalise(verified(event)).change.kind, String(event.type)).toBe('ignored')
  })

  test('of today: the current checkout session is understood as it stands, and once it is paid', () => {
    const shapes = JSON.parse(readFileSync(join(genuine, 'objects-current-shape.json'), 'utf8'))
    const session: Record<string, unknown> = shapes.resources['checkout.session']
    const about = (object: unknown) => verified({ ...completed, data: { object } })

    expect(normalise(about(session))).toMatchObject({ change: { kind: 'payment_pending', objectId: session.id } })
    const paid = { ...session, payment_status: 'paid', amount_total: 450, currency: 'chf' }
    expect(normalise(about(paid))).toMatchObject({
      change: { kind: 'payment_captured', factId: session.payment_intent, amountMinor: 450, currency: 'CHF' },
    })
  })
})
