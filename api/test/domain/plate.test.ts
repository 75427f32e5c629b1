import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskPlate, toPlate } from '../../src/domain/plate.ts'

describe('a plate', () => {
  test.each([
    ['b-ab 1234', 'BAB1234'],
    ['  M·XY 99 ', 'MXY99'],
    ['А123ВС77', 'A123BC77'], // Cyrillic А, В and С
    ['ΑΒΕ 1234', 'ABE1234'], // Greek
    ['АВЕКМНОРСТУХІЈЅ', 'ABEKMHOPCTYXIJS'], // all Cyrillic letters that look like Latin ones
    ['авекмнорстухіјѕ', 'ABEKMHOPCTYXIJS'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'], // and all Greek ones
    ['WÜ ÄÖ 1', 'WUAO1'],
    ['WU\u0308 1', 'WU1'], // Ü written as two characters
    ['ＡＢ１２', 'AB12'], // full width
    ['١٢٣ أ', '123أ'], // Arabic-Indic digits; a letter that looks like no other stays
    ['京A·12345', '京A12345'],
  ])('written %s is %s', (raw, plate) => {
    expect(toPlate(raw)).toMatchObject({ raw, plate })
  })

  test.each(['', '  ', '-- ·', '\u0301'])('of "%s" is none', (raw) => {
    expect(toPlate(raw)).toBeUndefined()
  })

  test('that a camera mixes up has the same skeleton, another has not', () => {
    expect(toPlate('B0DQ 18')!.skeleton).toBe(toPlate('8OO0 IB')!.skeleton)
    expect(toPlate('ODQ IL Z S B G')!.skeleton).toBe('000112586')
    expect(toPlate('ACEFHJKMNPRTUVWXY 34 79')!.skeleton).toBe('ACEFHJKMNPRTUVWXY3479')
    expect(toPlate('ABC 1')!.skeleton).not.toBe(toPlate('ABC 7')!.skeleton)
  })

  test('normalised twice is as normalised once, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (raw) => {
        const once = toPlate(raw)
        if (once === undefined) return
        expect(toPlate(once.plate)!.plate).toBe(once.plate)
        expect(toPlate(once.skeleton)!.skeleton).toBe(once.skeleton)
        expect(once.plate).toMatch(/^[\p{L}0-9]+$/u)
      }),
    )
  })

  test('is masked so that at most four characters of it show, and never all', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z0-9]{2,12}$/), (plate) => {
        const shown = maskPlate(plate).replaceAll('•', '')
        expect(shown.length).toBeLessThanOrEqual(4)
        expect(shown.length).toBeLessThan(plate.length)
        expect(maskPlate(plate)).not.toContain(plate)
      }),
    )
    expect(maskPlate('BAB1234')).toBe('BA•••34')
    expect(maskPlate(null)).toBe('(erased)')
  })
})
