import { tariffRules, type WrittenTariff } from '@turnpike/contracts/tariff.ts'
import { describe, expect, test } from 'vitest'

const rate: WrittenTariff['rate'] = { kind: 'steps', steps: [{ minutes: 60, amountMinor: 200 }] }
const night = { name: 'Night', from: '20:00', to: '06:00', rate }

describe('a tariff is refused', () => {
  test.each<[why: string, part: Record<string, unknown>, path: string, message: string]>([
    ['with a part the language does not have', { dayCap: 1000 }, '', 'dayCap'],
    ['of a version that is not known', { version: 2 }, 'version', 'expected 1'],
    ['without a rate', { rate: undefined }, 'rate', ''],
    ['with a rate of no kind', { rate: { kind: 'hourly', amountMinor: 1 } }, 'rate.kind', ''],
    ['with a fraction of a minor unit', { rate: { kind: 'flat', amountMinor: 1.5 } }, 'rate.amountMinor', 'int'],
    ['with a negative price', { rate: { kind: 'flat', amountMinor: -1 } }, 'rate.amountMinor', '>=0'],
    ['with a price that no column holds', { stayCapMinor: 1_000_000_001 }, 'stayCapMinor', '<=1000000000'],
    ['without a step', { rate: { kind: 'steps', steps: [] } }, 'rate.steps', '>=1'],
    [
      'with a step of no length',
      { rate: { kind: 'steps', steps: [{ minutes: 0, amountMinor: 1 }] } },
      'rate.steps.0.minutes',
      '>0',
    ],
    [
      'with calendar increments that no day divides into',
      { rate: { kind: 'steps', period: 'calendar', steps: [{ minutes: 45 * 7, amountMinor: 1 }] } },
      'rate.steps',
      'a day must divide',
    ],
    ['with a time that no clock shows', { bands: [{ ...night, from: '24:30' }] }, 'bands.0.from', 'such as "20:00"'],
    [
      'with a band that has a weekday at one end only',
      { bands: [{ ...night, from: 'fri 20:00' }] },
      'bands.0.to',
      'in both',
    ],
    [
      'with weekdays twice',
      { bands: [{ ...night, from: 'fri 20:00', to: 'mon 06:00', days: ['fri'] }] },
      'bands.0.days',
      'has no "days"',
    ],
    ['with a name that no display shows', { bands: [{ ...night, name: 'Ni\u0000ght' }] }, 'bands.0.name', 'control'],
    ['with a band for no day', { bands: [{ ...night, days: [] }] }, 'bands.0.days', '>=1'],
    ['with VAT as a number', { vat: { percent: 19, included: true } }, 'vat.percent', 'string'],
    ['with VAT finer than is computed', { vat: { percent: '8.8755', included: true } }, 'vat.percent', 'such as "19"'],
    ['with nothing to prepay', { prepaidMinor: 0 }, 'prepaidMinor', '>0'],
    ['with more bands than can be priced in time', { bands: Array(13).fill(night) }, 'bands', '<=12'],
  ])('%s', (_, part, path, message) => {
    const { error } = tariffRules.safeParse({ version: 1, rate, ...part })
    expect(error!.issues).toHaveLength(1)
    expect(error!.issues[0]!.path.join('.')).toBe(path)
    expect(error!.issues[0]!.message).toContain(message)
  })
})

test('what a tariff leaves out has no effect, and what is read is written again unchanged', () => {
  const written: WrittenTariff = { version: 1, bands: [night], rate, day: { period: 'calendar' } }
  const read = tariffRules.parse(written)
  expect(read).toMatchObject({
    entryGraceMinutes: 0,
    freeMinutes: 0,
    exitGraceMinutes: 0,
    stayCapMinor: null,
    vat: null,
  })
  expect(read.day).toEqual({ period: 'calendar', startsAt: '00:00', capMinor: null })
  expect(tariffRules.parse(JSON.parse(JSON.stringify(read)))).toEqual(read)
})
