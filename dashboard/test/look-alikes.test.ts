import { expect, test } from 'vitest'
import { lookAlikes } from '../pay/look-alikes.ts'

test('a typed plate has other readings, each one character away, whoever is in the car park', () => {
  expect(lookAlikes('b ox 100')).toEqual(['B OX 10O', 'B OX 1O0', 'B OX I00', 'B 0X 100'])
  expect(lookAlikes('m ap 34')).toEqual([])
})
