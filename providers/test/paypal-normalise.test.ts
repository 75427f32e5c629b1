import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentEvent } from '@turnpike/contracts/payment-event.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProviderRefused } from '../src/errors.ts'
import { amountOf, toPaypalMoney } from '../src/paypal/amount.ts'
import { normalise } from '../src/paypal/normalise.ts'
import { NotUnderstood } from '../src/understand.ts'
import { at, capture, dispute, event, order, refund, sale, saleRefund, subscription } from './paypal-events.ts'

const changeOf = (type: string, resource: unknown) => normalise(event(type, resource)).change

const captured = {
  kind: 'payment_captured',
  factId: '3C679366HH908993F',
  reference: 'quote-7f3a',
  subscriptionObjectId: null,
  amountMinor: 450,
  currency: 'EUR',
  capturedAt: at,
}
const ended = (kind: string) => ({ kind, objectId: '5O190127TN364715T', reference: 'quote-7f3a' })

test('an order that was approved is a reason to fetch it, by which its money is taken', () => {
  expect(normalise(event('CHECKOUT.ORDER.APPROVED', order))).toEqual({
    provider: 'paypal',
    eventId: 'WH-1',
    eventType: 'CHECKOUT.ORDER.APPROVED',
    change: {
      kind: 'object_changed',
      objectKind: 'checkout',
      objectId: '5O190127TN364715T',
      reference: 'quote-7f3a',
    },
  })
})

test('an approval that ran out has failed', () => {
  const reversed = { order_id: '5O190127TN364715T', purchase_units: [{ custom_id: 'quote-7f3a' }] }
  expect(changeOf('CHECKOUT.PAYMENT-APPROVAL.REVERSED', reversed)).toEqual(ended('payment_failed'))
})

describe('a capture', () => {
  test('completed is money, keyed by the capture, in UTC', () => {
    expect(changeOf('PAYMENT.CAPTURE.COMPLETED', capture)).toEqual(captured)
  })
  test.each<[string, string, unknown]>([
    ['PAYMENT.CAPTURE.COMPLETED', 'COMPLETED', captured],
    ['PAYMENT.CAPTURE.PENDING', 'PENDING', ended('payment_pending')],
    ['PAYMENT.CAPTURE.DECLINED', 'DECLINED', ended('payment_failed')],
  ])('of an order that was closed meanwhile is of its quote: %s', (type, status, change) => {
    expect(changeOf(type, { ...capture, status, custom_id: 'closed:quote-7f3a' })).toEqual(change)
  })
  test('pending is not: an electronic cheque takes days', () => {
    const pending = { ...capture, status: 'PENDING' }
    expect(changeOf('PAYMENT.CAPTURE.PENDING', pending)).toEqual(ended('payment_pending'))
  })
  test('whose order is named by its link alone is of that order', () => {
    const { supplementary_data, ...linked } = { ...capture, status: 'PENDING' }
    expect(changeOf('PAYMENT.CAPTURE.PENDING', linked)).toEqual(ended('payment_pending'))
  })
  test.each(['PAYMENT.CAPTURE.DENIED', 'PAYMENT.CAPTURE.DECLINED'])('%s has failed', (type) => {
    expect(changeOf(type, { ...capture, status: 'DECLINED' })).toEqual(ended('payment_failed'))
  })
  test('without our reference is reported (failure 15): somebody paid', () => {
    expect(changeOf('PAYMENT.CAPTURE.COMPLETED', { ...capture, custom_id: undefined })).toMatchObject({
      reference: null,
    })
  })
})

describe('a refund', () => {
  const fact = {
    kind: 'payment_refunded',
    factId: '1JU08902781691411',
    state: 'succeeded',
    paymentFactId: '3C679366HH908993F',
    amountMinor: 99,
    currency: 'EUR',
    occurredAt: at,
  }
  test.each(['PAYMENT.CAPTURE.REFUNDED', 'PAYMENT.CAPTURE.REVERSED'])(
    '%s is its own amount, not the total so far (failure 12), and of the capture that its link names',
    (type) => expect(changeOf(type, refund)).toEqual(fact),
  )
  test.each([
    ['PENDING', 'pending'],
    ['FAILED', 'failed'],
    ['CANCELLED', 'failed'],
  ])('%s is %s', (status, state) => {
    expect(changeOf('PAYMENT.CAPTURE.REFUNDED', { ...refund, status })).toMatchObject({ state })
  })
  test('that leads to no capture is quarantined', () => {
    expect(changeOf('PAYMENT.CAPTURE.REFUNDED', { ...refund, links: [] }).kind).toBe('not_understood')
    expect(changeOf('PAYMENT.CAPTURE.REVERSED', capture).kind).toBe('not_understood')
  })
  test.each(['-10.00', '10.00'])('of a sale counts by what went back, whichever sign it has (%s)', (total) => {
    expect(changeOf('PAYMENT.SALE.REFUNDED', { ...saleRefund, amount: { total, currency: 'EUR' } })).toEqual({
      ...fact,
      factId: '4CF18861HF410323U',
      paymentFactId: '80021663DE681814L',
      amountMinor: 1000,
    })
  })
  test('of a sale that is not named is to be fetched', () => {
    const { sale_id, ...reversal } = saleRefund
    expect(changeOf('PAYMENT.SALE.REVERSED', reversal)).toMatchObject({
      kind: 'object_changed',
      objectKind: 'refund',
      objectId: '4CF18861HF410323U',
    })
  })
})

describe('a sale', () => {
  test('that renews a subscription is a capture of that subscription', () => {
    expect(changeOf('PAYMENT.SALE.COMPLETED', sale)).toEqual({
      ...captured,
      factId: '80021663DE681814L',
      reference: 'subscription-1',
      subscriptionObjectId: 'I-BW452GLLEP1G',
      amountMinor: 4900,
    })
  })
  test.each(['PAYMENT.SALE.PENDING', 'PAYMENT.SALE.DENIED'])('%s is a reason to fetch the subscription', (type) => {
    expect(changeOf(type, { ...sale, state: 'pending' })).toMatchObject({
      objectKind: 'subscription',
      objectId: 'I-BW452GLLEP1G',
    })
  })
})

test.each(['CREATED', 'ACTIVATED', 'UPDATED', 'EXPIRED', 'CANCELLED', 'SUSPENDED', 'RE-ACTIVATED', 'PAYMENT.FAILED'])(
  'a subscription %s is a reason to fetch it',
  (what) => {
    expect(changeOf(`BILLING.SUBSCRIPTION.${what}`, subscription)).toEqual({
      kind: 'object_changed',
      objectKind: 'subscription',
      objectId: 'I-BW452GLLEP1G',
      reference: 'subscription-1',
    })
  },
)

describe('a dispute', () => {
  test.each<[string, string, string | undefined, string]>([
    ['CREATED', 'OPEN', undefined, 'open'],
    ['UPDATED', 'WAITING_FOR_SELLER_RESPONSE', undefined, 'open'],
    ['UPDATED', 'UNDER_REVIEW', 'NONE', 'open'],
    ['RESOLVED', 'RESOLVED', 'RESOLVED_BUYER_FAVOUR', 'lost'],
    ['RESOLVED', 'RESOLVED', 'ACCEPTED', 'lost'],
    ['RESOLVED', 'RESOLVED', 'RESOLVED_SELLER_FAVOUR', 'won'],
    ['RESOLVED', 'RESOLVED', 'RESOLVED_WITH_PAYOUT', 'won'],
    ['RESOLVED', 'RESOLVED', 'CANCELED_BY_BUYER', 'won'],
  ])('%s, %s, %s is %s', (what, status, outcome_code, state) => {
    const dispute_outcome = outcome_code === undefined ? undefined : { outcome_code }
    expect(changeOf(`CUSTOMER.DISPUTE.${what}`, { ...dispute, status, dispute_outcome })).toEqual({
      kind: 'payment_disputed',
      factId: 'PP-D-4012',
      state,
      paymentFactId: '3C679366HH908993F',
      amountMinor: 450,
      currency: 'EUR',
      occurredAt: at,
    })
  })
  test.each([
    ['without an outcome', { status: 'RESOLVED' }],
    ['with an outcome that we do not know', { status: 'RESOLVED', dispute_outcome: { outcome_code: 'TOSSED' } }],
    ['in a state that we do not know', { status: 'ASLEEP', dispute_outcome: { outcome_code: 'ACCEPTED' } }],
    ['about two payments', { disputed_transactions: [{ seller_transaction_id: 'A' }, { seller_transaction_id: 'B' }] }],
    ['about none', { disputed_transactions: [] }],
  ])('%s is quarantined', (_, changes) => {
    expect(changeOf('CUSTOMER.DISPUTE.RESOLVED', { ...dispute, ...changes }).kind).toBe('not_understood')
  })
})

test.each(['MERCHANT.ONBOARDING.COMPLETED', 'BARRIER.OPENED', 'constructor'])(
  'an event of type %s is ignored: no error, so no endless retries (failure 5)',
  (type) => expect(changeOf(type, {}).kind).toBe('ignored'),
)

test('whatever a resource holds, it is a payment event, and its reason holds none of its values', () => {
  const samples: [string, Record<string, unknown>][] = [
    ['PAYMENT.CAPTURE.COMPLETED', capture],
    ['PAYMENT.CAPTURE.REFUNDED', refund],
    ['PAYMENT.SALE.COMPLETED', sale],
    ['PAYMENT.SALE.REFUNDED', saleRefund],
    ['CUSTOMER.DISPUTE.CREATED', dispute],
    ['CHECKOUT.ORDER.APPROVED', order],
  ]
  const changed = fc.constantFrom(...samples).chain(([type, resource]) => {
    const fields = fc.constantFrom(...Object.keys(resource))
    return fc.tuple(fc.constant(type), fc.constant(resource), fc.dictionary(fields, fc.jsonValue(), { maxKeys: 5 }))
  })
  fc.assert(
    fc.property(changed, ([type, resource, changes]) => {
      const said = normalise(event(type, { ...resource, ...changes, email: 'driver@example.com' }))
      expect(paymentEvent.safeParse(said).success).toBe(true)
      expect(JSON.stringify(said)).not.toContain('driver@example.com')
    }),
  )
  expect(changeOf('PAYMENT.CAPTURE.COMPLETED', null).kind).toBe('not_understood')
})

describe('money', () => {
  test.each([
    ['EUR', 450, '4.50'],
    ['EUR', 5, '0.05'],
    ['JPY', 500, '500'],
    ['TND', 5120, '5.120'],
    ['KWD', 1, '0.001'],
    ['HUF', 104500, '1045'],
    ['TWD', 5000, '50'],
  ])('in %s goes out as PayPal writes it and comes back the same', (currency, amountMinor, value) => {
    expect(toPaypalMoney(amountMinor, currency)).toEqual({ currency_code: currency, value })
    expect(amountOf({ currency_code: currency, value })).toEqual({ amountMinor, currency })
  })
  test('of any sum and currency survives the way there and back', () => {
    const currencies = fc.constantFrom('EUR', 'USD', 'JPY', 'KRW', 'KWD', 'TND', 'CLF')
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), currencies, (amountMinor, currency) => {
        expect(amountOf(toPaypalMoney(amountMinor, currency))).toEqual({ amountMinor, currency })
      }),
    )
  })
  test.each([
    ['10', 1000],
    ['10.0', 1000],
    ['10.000', 1000],
    ['.5', 50],
    ['90071992547.41', 9007199254741],
  ])('is read exactly: %s', (value, amountMinor) => {
    expect(amountOf({ currency_code: 'EUR', value }).amountMinor).toBe(amountMinor)
  })
  test.each(['', '.', '-', '1e3', '1,00', '0x10', '10.001', ' 10', '10.00 EUR', 'NaN'])(
    'that is none is not guessed: %j',
    (value) => {
      expect(() => amountOf({ currency_code: 'EUR', value })).toThrow(NotUnderstood)
    },
  )
  test('that PayPal cannot charge is refused, never rounded', () => {
    expect(() => toPaypalMoney(104550, 'HUF')).toThrow(ProviderRefused)
    expect(() => amountOf({ currency_code: 'JPY', value: '5.50' })).toThrow(NotUnderstood)
  })
})

const folder = join(import.meta.dirname, '../../../shared/fixtures/paypal')
describe.runIf(existsSync(folder))('genuine PayPal payloads', () => {
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const change = (name: string) => {
    const body = read(name)
    return normalise({ eventId: body.id, eventType: body.event_type, body }).change
  }

  test('of one order: approved is to be fetched, completed is 10.00 USD with our reference', () => {
    expect(change('CHECKOUT.ORDER.APPROVED.v2.json')).toMatchObject({
      objectKind: 'checkout',
      objectId: '4K5112848U951142F',
    })
    expect(change('PAYMENT.CAPTURE.COMPLETED.v2.json')).toEqual({
      kind: 'payment_captured',
      factId: '5VK462069F664902F',
      reference: '{my-local-db-purchase-id}',
      subscriptionObjectId: null,
      amountMinor: 1000,
      currency: 'USD',
      capturedAt: '2021-10-17T05:04:29.000Z',
    })
  })

  test.each([
    ['PAYMENT.CAPTURE.PENDING.v2', { kind: 'payment_pending', objectId: '8PR65097T8571330M', reference: null }],
    [
      'PAYMENT.CAPTURE.REFUNDED.v2',
      {
        kind: 'payment_refunded',
        factId: '1Y107995YT783435V',
        state: 'succeeded',
        paymentFactId: '0JF852973C016714D',
        amountMinor: 99,
        currency: 'USD',
        occurredAt: '2018-08-15T19:13:29.000Z',
      },
    ],
    [
      'PAYMENT.SALE.COMPLETED.v1',
      {
        kind: 'payment_captured',
        factId: '80021663DE681814L',
        reference: null,
        subscriptionObjectId: null,
        amountMinor: 48,
        currency: 'USD',
        capturedAt: '2014-10-23T17:23:04.000Z',
      },
    ],
    [
      'BILLING.SUBSCRIPTION.SUSPENDED.v2',
      { kind: 'object_changed', objectKind: 'subscription', objectId: 'I-BW452GLLEP1G', reference: null },
    ],
  ])('%s is read to the cent', (name, expected) => {
    expect(change(`signed/${name}.body.json`)).toEqual(expected)
  })

  test('none of those that were signed is quarantined or ignored', () => {
    const bodies = readdirSync(join(folder, 'signed')).filter((name) => name.endsWith('.body.json'))
    expect(bodies).toHaveLength(8)
    for (const name of bodies) expect(['not_understood', 'ignored'], name).not.toContain(change(`signed/${name}`).kind)
  })
})
