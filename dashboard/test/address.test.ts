import { expect, test } from 'vitest'
import { readAddress } from '../pay/address.ts'

const read = (path: string) => readAddress(new URL(path, 'https://parking.example'))

test('a pay address is a quote, a quote paid for, or the form of a site', () => {
  expect(read('/pay/q1')).toEqual({ page: 'quote', quoteId: 'q1', key: null, returning: false })
  expect(read('/pay/q1?key=k1')).toEqual({ page: 'quote', quoteId: 'q1', key: 'k1', returning: false })
  expect(read('/pay/q1?key=k1&done')).toEqual({ page: 'quote', quoteId: 'q1', key: 'k1', returning: true })
  expect(read('/pay/q1/?done=1')).toEqual({ page: 'quote', quoteId: 'q1', key: null, returning: true })
  expect(read('/pay?site=s1')).toEqual({ page: 'plate', siteId: 's1' })
  expect(read('/pay/')).toEqual({ page: 'nothing' })
})

test('receipts, plans, a purchase and a holder have addresses of their own; the token of a link is in no path', () => {
  expect(read('/receipt/r1')).toEqual({ page: 'receipt', receiptId: 'r1' })
  expect(read('/plans?site=s1')).toEqual({ page: 'plans', siteId: 's1' })
  expect(read('/plans')).toEqual({ page: 'plans', siteId: null })
  expect(read('/subscribed/u1')).toEqual({ page: 'subscribed', subscriptionId: 'u1' })
  expect(read('/subscribed/u1?subscription_id=I-1')).toEqual({ page: 'subscribed', subscriptionId: 'u1' })
  expect(read('/manage#t0ken')).toEqual({ page: 'manage', token: 't0ken' })
  expect(read('/manage')).toEqual({ page: 'manage', token: '' })
})
