import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areAlike, isOneEditApart } from '../../src/domain/look-alike.ts'
import { toPlate } from '../../src/domain/plate.ts'

const plate = (text: string) => toPlate(text)!

describe('two plates', () => {
  test.each([
    ['BAB1234', 'BAB1284', true], // changed
    ['BAB1234', 'BAB12345', true], // added
    ['BAB1234', 'AB1234', true], // left out
    ['BAB1234', 'BAB1243', false], // two changed
    ['BAB1234', 'BAB1234', false],
    ['BAB1234', 'BAB123456', false],
  ])('%s and %s: one edit apart is %s', (a, b, apart) => {
    expect(isOneEditApart(a, b)).toBe(apart)
    expect(isOneEditApart(b, a)).toBe(apart)
  })

  test('are alike by their skeletons however short, by one edit from five characters on', () => {
    expect(areAlike(plate('B0'), plate('8O'))).toBe(true)
    expect(areAlike(plate('AB12'), plate('AB13'))).toBe(false)
    expect(areAlike(plate('AB123'), plate('AB124'))).toBe(true)
    expect(areAlike(plate('AB123'), plate('AB12'))).toBe(false)
  })

  test('are alike in either order', () => {
    const text = fc.stringMatching(/^[A-Z0-9]{1,9}$/)
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(areAlike(plate(a), plate(b))).toBe(areAlike(plate(b), plate(a)))
      }),
    )
  })
})
