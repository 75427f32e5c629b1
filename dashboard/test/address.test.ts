import { expect, test } from 'vitest'
import { readAddress } from '../pay/address.ts'

const read = (path: string) => readAddress(new URL(path, 'https://parking.example'))

test('a pay address is a quote, a quote paid for, or the form of a site', () => {
  expect(read('/pay/q1')).toEqual({ page: 'quote', quoteId: 'q1', returning: false })
  expect(read('/pay/q1?done')).toEqual({ page: 'quote', quoteId: 'q1', returning: true })
  expect(read('/pay/q1/?done=1')).toEqual({ page: 'quote', quoteId: 'q1', returning: true })
  expect(read('/pay?site=s1')).toEqual({ page: 'plate', siteId: 's1' })
  expect(read('/pay/')).toEqual({ page: 'nothing' })
})
