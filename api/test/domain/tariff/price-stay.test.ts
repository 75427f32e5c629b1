import { tariffRules, type WrittenTariff } from '@turnpike/contracts/tariff.ts'
import { describe, expect, test } from 'vitest'
import { pricePrepaid, priceStay } from '../../../src/domain/tariff/price-stay.ts'

/*
 * One table per rule, each sum worked out by hand. Stays are in Berlin in winter (UTC+1) unless a line says otherwise; 2 March
 * 2026 is a Monday.
 */

const berlin = { timeZone: 'Europe/Berlin', currency: 'EUR' }
const hourly: WrittenTariff['rate'] = { kind: 'steps', steps: [{ minutes: 60, amountMinor: 200 }] }
const free: WrittenTariff['rate'] = { kind: 'flat', amountMinor: 0 }
type Rules = Omit<WrittenTariff, 'version' | 'rate'> & { rate?: WrittenTariff['rate'] }

const price = (rules: Rules, from: string, to: string, site = berlin) => {
  const instant = (text: string) => new Date(/[Z+-]\d*:?\d*$/.test(text.slice(10)) ? text : `${text}+01:00`)
  return priceStay(tariffRules.parse({ version: 1, rate: hourly, ...rules }), site, instant(from), instant(to))
}
const sum = (rules: Rules, from: string, to: string, site = berlin) => price(rules, from, to, site).amountMinor
const lines = (rules: Rules, from: string, to: string, site = berlin) =>
  price(rules, from, to, site).lines.map(({ text, amountMinor }) => `${text} = ${amountMinor}`)

const monday = '2026-03-02T09:00'
const until = (time: string, day = '02') => `2026-03-${day}T${time}`

describe('steps', () => {
  test.each([
    ['no time at all costs nothing', monday, 0],
    ['what is started is paid', until('09:00:00.001'), 200],
    ['a full hour is one hour: its end is not in it', until('10:00'), 200],
    ['a moment more is two', until('10:00:00.001'), 400],
    ['into the next day', until('09:30', '03'), 25 * 200],
  ])('rolling: %s', (_, to, expected) => expect(sum({}, monday, to)).toBe(expected))

  // 3.00, then 2.00, then 1.00 for each half hour.
  const falling: Rules = {
    rate: {
      kind: 'steps',
      steps: [
        { minutes: 60, amountMinor: 300 },
        { minutes: 60, amountMinor: 200 },
        { minutes: 30, amountMinor: 100 },
      ],
    },
  }
  test.each([
    ['the first', until('09:10'), 300],
    ['the second', until('10:10'), 500],
    ['the last one once', until('11:10'), 600],
    ['the last one again', until('12:31'), 900],
  ])('one after the other: %s', (_, to, expected) => expect(sum(falling, monday, to)).toBe(expected))

  const byTheClock: Rules = {
    rate: { kind: 'steps', period: 'calendar', steps: [{ minutes: 60, amountMinor: 200 }] },
  }
  test.each([
    ['ten minutes within an hour of the clock', until('09:50'), until('10:00'), 200],
    ['the same ten minutes across a full hour', until('09:55'), until('10:05'), 400],
    ['from a full hour to a full hour', until('09:00'), until('11:00'), 400],
    ['across midnight', until('23:30'), until('00:30', '03'), 400],
  ])('calendar: %s', (_, from, to, expected) => expect(sum(byTheClock, from, to)).toBe(expected))
})

describe('graces and free minutes', () => {
  test.each<[what: string, rules: Rules, to: string, expected: number]>([
    ['a stay within the entry grace is free', { entryGraceMinutes: 10 }, until('09:10'), 0],
    ['a longer one pays from its first minute', { entryGraceMinutes: 10 }, until('09:10:01'), 200],
    ['free minutes are never charged', { freeMinutes: 60 }, until('10:00'), 0],
    ['however long the stay', { freeMinutes: 60 }, until('11:00'), 200],
    ['the exit grace forgives a started hour', { exitGraceMinutes: 5 }, until('10:05'), 200],
    ['and no more than that', { exitGraceMinutes: 5 }, until('10:05:01'), 400],
    [
      'the entry grace is measured by the whole stay',
      { entryGraceMinutes: 10, exitGraceMinutes: 5 },
      until('09:11'),
      200,
    ],
    ['free minutes may outlast a stay', { freeMinutes: 30, exitGraceMinutes: 5 }, until('09:35'), 0],
  ])('%s', (_, rules, to, expected) => expect(sum(rules, monday, to)).toBe(expected))
})

describe('bands', () => {
  const night: Rules = {
    bands: [{ name: 'Night', from: '20:00', to: '06:00', rate: { kind: 'flat', amountMinor: 500 } }],
  }
  test.each([
    ['before it begins', until('18:00'), until('20:00'), 400],
    ['once it has begun', until('18:00'), until('20:01'), 900],
    ['as long as it lasts', until('20:00'), until('06:00', '03'), 500],
    ['arriving in its last minutes', until('05:50', '03'), until('06:10', '03'), 700],
    ['every night again', until('20:00'), until('06:00', '04'), 500 + 14 * 200 + 500],
    ['an hour that was bought is used up first', until('19:30'), until('20:30'), 200],
    ['and then the night is due', until('19:30'), until('20:31'), 700],
  ])('a flat night: %s', (_, from, to, expected) => expect(sum(night, from, to)).toBe(expected))

  const workdays: Rules = {
    bands: [
      {
        name: 'Work',
        days: ['mon', 'tue', 'wed', 'thu', 'fri'],
        from: '08:00',
        to: '18:00',
        rate: { ...hourly, capMinor: 1000 },
      },
    ],
    rate: free,
  }
  test.each([
    ['on Sunday', '2026-03-01T08:00', '2026-03-01T18:00', 0],
    ['on Monday', monday, until('11:00'), 400],
    ['up to its cap', monday, until('18:00'), 1000],
    ['with its cap anew on Tuesday', monday, until('11:00', '03'), 1000 + 600],
    ['from Friday to Monday', '2026-03-06T15:00', '2026-03-09T10:00', 600 + 400],
  ])('weekdays: %s', (_, from, to, expected) => expect(sum(workdays, from, to)).toBe(expected))

  const weekend: Rules = {
    bands: [{ name: 'Weekend', from: 'fri 18:00', to: 'mon 06:00', rate: { kind: 'flat', amountMinor: 900 } }],
  }
  test.each([
    ['once for all of it', '2026-03-06T18:00', '2026-03-09T06:00', 900],
    ['arriving on Sunday', '2026-03-08T12:00', '2026-03-09T07:00', 1100],
    ['again after a week', '2026-03-08T12:00', '2026-03-13T18:01', 900 + 108 * 200 + 900],
  ])('a weekend: %s', (_, from, to, expected) => expect(sum(weekend, from, to)).toBe(expected))

  test('the first one that applies is the one that counts, and the other goes on after it', () => {
    const overlapping: Rules = {
      bands: [
        { name: 'Concert', days: ['mon'], from: '22:00', to: '23:00', rate: { kind: 'flat', amountMinor: 5000 } },
        { name: 'Night', from: '20:00', to: '06:00', rate: { kind: 'flat', amountMinor: 500 } },
      ],
      rate: free,
    }
    expect(lines(overlapping, until('21:00'), until('23:30'))).toEqual([
      'Night 20:00–06:00, flat = 500',
      'Concert 22:00–23:00, flat = 5000',
    ])
  })
})

describe('caps', () => {
  const rolling: Rules = { day: { period: 'rolling', capMinor: 1000 } }
  test.each([
    ['reached', until('18:00'), 1000],
    ['for all of 24 hours', until('09:00', '03'), 1000],
    ['and then anew', until('09:01', '03'), 1200],
    ['for every 24 hours', until('23:00', '04'), 3000],
  ])('of 24 hours: %s', (_, to, expected) => expect(sum(rolling, monday, to)).toBe(expected))

  const calendar: Rules = { day: { period: 'calendar', capMinor: 1000 } }
  const business: Rules = { day: { period: 'calendar', startsAt: '04:00', capMinor: 1000 } }
  test.each<[what: string, rules: Rules, from: string, to: string, expected: number]>([
    ['up to midnight', calendar, until('15:00'), until('00:00', '03'), 1000],
    ['and then anew', calendar, until('15:00'), until('00:01', '03'), 1200],
    ['an hour that was bought before midnight is used up first', calendar, until('23:30'), until('00:30', '03'), 200],
    ['a day that begins at four', business, until('15:00'), until('04:00', '03'), 1000],
    ['and then anew', business, until('15:00'), until('04:01', '03'), 1200],
    ['over a leap day', calendar, '2028-02-28T12:00', '2028-03-01T12:00', 3000],
    ['over no leap day', calendar, '2026-02-28T12:00', '2026-03-01T12:00', 2000],
  ])('of a calendar day: %s', (_, rules, from, to, expected) => expect(sum(rules, from, to)).toBe(expected))

  test('of a stay, and of a day within it', () => {
    expect(sum({ ...rolling, stayCapMinor: 2500 }, monday, until('09:00', '04'))).toBe(2000)
    expect(lines({ ...rolling, stayCapMinor: 2500 }, monday, until('09:00', '30'))).toEqual([
      'Stay, at most 25.00 = 2500',
    ])
  })

  test('steps begin anew with each day, and where there are no days they do not', () => {
    const falling: Rules = {
      rate: {
        kind: 'steps',
        steps: [
          { minutes: 60, amountMinor: 500 },
          { minutes: 1380, amountMinor: 100 },
        ],
      },
    }
    expect(sum({ ...falling, day: { period: 'rolling' } }, monday, until('10:30', '03'))).toBe(500 + 100 + 500 + 100)
    expect(sum(falling, monday, until('10:30', '03'))).toBe(500 + 100 + 100)
  })

  test('a price that no column could hold stops before', () => {
    const dear: Rules = { rate: { kind: 'steps', steps: [{ minutes: 1, amountMinor: 1_000_000_000 }] } }
    expect(sum({ ...dear, vat: { percent: '99.999', included: false } }, monday, '2036-03-02T09:00')).toBe(
      1_999_990_000,
    )
  })
})

describe('the explanation', () => {
  const garage: Rules = {
    bands: [
      {
        name: 'Night',
        from: '20:00',
        to: '06:00',
        rate: { kind: 'steps', steps: [{ minutes: 60, amountMinor: 100 }], capMinor: 500 },
      },
    ],
    rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 120 }] },
  }
  test('counts equal increments together', () => {
    expect(lines(garage, monday, until('09:45'))).toEqual(['2 × 30 min at 1.20 = 240'])
    expect(lines(garage, until('19:30'), until('06:20', '03'))).toEqual([
      '2 × 30 min at 1.20 = 240',
      'Night 20:00–06:00, at most 5.00 = 500',
    ])
    expect(lines(garage, until('05:00', '03'), until('06:40', '03'))).toEqual([
      'Night: 1 × 1 h at 1.00 = 100',
      '2 × 30 min at 1.20 = 240',
    ])
  })

  test('shows a cap in place of what it limits, and only where it made something cheaper', () => {
    const capped = { ...garage, day: { period: 'rolling', capMinor: 960 } as const }
    expect(lines(capped, monday, until('13:00'))).toEqual(['8 × 30 min at 1.20 = 960'])
    expect(lines(capped, monday, until('13:01'))).toEqual(['Day, at most 9.60 = 960'])
    expect(lines(capped, monday, until('09:10', '04'))).toEqual([
      '2 × Day, at most 9.60 = 1920',
      '1 × 30 min at 1.20 = 120',
    ])
  })

  test('names the narrowest of several caps that say the same', () => {
    const capped = { ...garage, day: { period: 'rolling', capMinor: 500 } as const, stayCapMinor: 500 }
    expect(lines(capped, until('20:00'), until('06:00', '03'))).toEqual(['Night 20:00–06:00, at most 5.00 = 500'])
  })

  test('names the cap of a night once, even when midnight parts it', () => {
    const days = { ...garage, day: { period: 'calendar', capMinor: 5000 } as const }
    expect(lines(days, until('20:00'), until('06:00', '03'))).toEqual([
      'Night: 4 × 1 h at 1.00 = 400',
      'Night 20:00–06:00, at most 5.00 = 100',
    ])
    expect(lines(days, until('18:00'), until('06:00', '04')).at(1)).toBe('Night: 8 × 1 h at 1.00 = 800')
    const early = { ...days, bands: [{ ...garage.bands![0]!, from: '18:00' }] }
    expect(lines(early, until('18:00'), until('06:00', '03'))).toEqual(['Night 18:00–06:00, at most 5.00 = 500'])
    expect(lines(early, until('18:00'), until('06:00', '04'))[0]).toBe('2 × Night 18:00–06:00, at most 5.00 = 1000')
  })

  test('names the cap of a rate outside all bands', () => {
    expect(lines({ rate: { ...hourly, capMinor: 300 } }, monday, until('12:00'))).toEqual([
      'Parking, at most 3.00 = 300',
    ])
  })

  test('says what was free', () => {
    const rules: Rules = {
      freeMinutes: 30,
      bands: [{ name: 'Weekend', from: 'sat 00:00', to: 'mon 00:00', rate: free }],
      rate: {
        kind: 'steps',
        steps: [
          { minutes: 60, amountMinor: 0 },
          { minutes: 60, amountMinor: 200 },
        ],
      },
    }
    expect(lines(rules, '2026-03-08T22:00', until('02:00', '09'))).toEqual([
      'First 30 min free = 0',
      'Weekend Sat 00:00–Mon 00:00, free = 0',
      '1 × 1 h free = 0',
      '1 × 1 h at 2.00 = 200',
    ])
  })

  test('is made of parts that can be put into other words', () => {
    expect(price(garage, until('19:30'), until('20:10')).lines[1]!.detail).toEqual({
      code: 'increments',
      params: {
        count: 1,
        minutes: 60,
        byTheClock: false,
        unitMinor: 100,
        band: { name: 'Night', from: '20:00', to: '06:00' },
      },
    })
  })

  test.each([
    ['JPY', '2 × 1 h at 200'],
    ['EUR', '2 × 1 h at 2.00'],
    ['KWD', '2 × 1 h at 0.200'],
    ['CLF', '2 × 1 h at 0.0200'],
  ])('has the decimals of %s', (currency, text) => {
    expect(price({}, monday, until('10:30'), { ...berlin, currency }).lines[0]!.text).toBe(text)
  })
})

describe('VAT', () => {
  const vat = (percent: string, included: boolean) => ({ vat: { percent, included } })
  test.each([
    ['included does not change the sum', vat('19', true), 200, 'VAT 19 % included: 0.32 = 0'], // 0.319…
    ['included is rounded half up', vat('60', true), 200, 'VAT 60 % included: 0.75 = 0'],
    ['added makes the sum larger', vat('19', false), 238, 'VAT 19 % = 38'],
    ['added is rounded half up', vat('8.25', false), 217, 'VAT 8.25 % = 17'], // 0.165
    ['added has three decimals', vat('8.875', false), 218, 'VAT 8.875 % = 18'], // 0.1775
    ['of nothing is nothing', vat('0', false), 200, 'VAT 0 % = 0'],
  ])('%s', (_, rules, expected, line) => {
    expect(sum(rules, monday, until('09:30'))).toBe(expected)
    expect(lines(rules, monday, until('09:30')).at(-1)).toBe(line)
  })

  test('is computed on the whole sum, not line by line', () => {
    const bands = [{ name: 'Night', from: '20:00', to: '06:00', rate: { kind: 'flat' as const, amountMinor: 2 } }]
    // 2 at 20 % are 0.4 each: twice rounded they would vanish.
    const rules: Rules = { bands, rate: { kind: 'flat', amountMinor: 2 }, ...vat('20', false) }
    expect(sum(rules, until('19:00'), until('21:00'))).toBe(5)
  })

  test('is charged on a prepaid sum as well; without such a sum nothing is asked', () => {
    const rules = { version: 1, rate: hourly, ...vat('20', false) } as const
    const site = { ...berlin }
    expect(pricePrepaid(tariffRules.parse({ ...rules, prepaidMinor: 500 }), site)).toMatchObject({
      amountMinor: 600,
      lines: [
        { text: 'Entry', amountMinor: 500 },
        { text: 'VAT 20 %', amountMinor: 100 },
      ],
    })
    expect(pricePrepaid(tariffRules.parse(rules), site)).toBeNull()
  })
})

describe('when clocks change', () => {
  const night = (rate: WrittenTariff['rate']): Rules => ({
    bands: [{ name: 'Night', from: '20:00', to: '06:00', rate }],
    rate: free,
  })
  const rollingNight = night({ kind: 'steps', steps: [{ minutes: 60, amountMinor: 100 }] })
  const clockNight = night({ kind: 'steps', period: 'calendar', steps: [{ minutes: 60, amountMinor: 100 }] })
  const flatNight = night({ kind: 'flat', amountMinor: 700 })
  const nights: [zone: string, from: string, to: string, hours: number][] = [
    ['Europe/Berlin', '2026-03-28T20:00+01:00', '2026-03-29T06:00+02:00', 9],
    ['Europe/Berlin', '2026-10-24T20:00+02:00', '2026-10-25T06:00+01:00', 11],
    ['America/New_York', '2026-03-07T20:00-05:00', '2026-03-08T06:00-04:00', 9],
    ['America/New_York', '2026-10-31T20:00-04:00', '2026-11-01T06:00-05:00', 11],
    ['Asia/Tokyo', '2026-03-28T20:00+09:00', '2026-03-29T06:00+09:00', 10],
  ]
  test.each(nights)('a night in %s from %s to %s has %i hours, and one price', (timeZone, from, to, hours) => {
    const site = { timeZone, currency: 'EUR' }
    expect(sum(rollingNight, from, to, site)).toBe(hours * 100)
    expect(sum(clockNight, from, to, site)).toBe(hours * 100)
    expect(sum(flatNight, from, to, site)).toBe(700)
    // The night is over when the clock shows six, and not an hour before or after.
    const later = new Date(Date.parse(to) + 60_000).toISOString()
    expect(sum({ ...flatNight, rate: hourly }, from, later, site)).toBe(900)
  })

  const lordHowe = { timeZone: 'Australia/Lord_Howe', currency: 'AUD' }
  // By the clock: two o'clock is never shown when it is put forward, so its hour begins at the change.
  test.each([
    ['put forward by half an hour', '2026-10-03T20:00+10:30', '2026-10-04T06:00+11:00', 9.5, 10, 10],
    ['put back by half an hour', '2026-04-04T20:00+11:00', '2026-04-05T06:00+10:30', 10.5, 11, 10],
  ])('a night on Lord Howe, %s', (_, from, to, elapsed, started, byTheClock) => {
    expect((Date.parse(to) - Date.parse(from)) / 3_600_000).toBe(elapsed)
    expect(sum(rollingNight, from, to, lordHowe)).toBe(started * 100)
    expect(sum(clockNight, from, to, lordHowe)).toBe(byTheClock * 100)
    expect(sum(flatNight, from, to, lordHowe)).toBe(700)
  })

  const small: Rules = {
    bands: [
      {
        name: 'Small hour',
        from: '02:00',
        to: '03:00',
        rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 100 }] },
      },
    ],
    rate: free,
  }
  test('an hour that never occurs is not charged, one that occurs twice is', () => {
    expect(sum(small, '2026-03-28T01:00+01:00', '2026-03-28T04:00+01:00')).toBe(200)
    expect(sum(small, '2026-03-29T01:00+01:00', '2026-03-29T04:00+02:00')).toBe(0)
    expect(sum(small, '2026-10-25T01:00+02:00', '2026-10-25T04:00+01:00')).toBe(400)
  })

  test('a flat price for an hour that occurs twice is charged once', () => {
    const flat: Rules = { bands: [{ ...small.bands![0]!, rate: { kind: 'flat', amountMinor: 100 } }], rate: free }
    expect(sum(flat, '2026-10-25T01:00+02:00', '2026-10-25T04:00+01:00')).toBe(100)
  })

  test.each([
    ['never occurs', 'Atlantic/Azores', '2026-03-28T12:00-01:00', '2026-03-29T12:00Z'],
    ['never occurs', 'America/Santiago', '2026-09-05T12:00-04:00', '2026-09-06T12:00-03:00'],
    ['occurs twice', 'Atlantic/Azores', '2026-10-24T12:00Z', '2026-10-25T12:00-01:00'],
    ['occurs twice', 'America/Havana', '2026-10-31T12:00-04:00', '2026-11-01T12:00-05:00'],
  ])('a ticket for the day costs two over a midnight that %s, in %s', (_, timeZone, from, to) => {
    const steps = [{ minutes: 1440, amountMinor: 1000 }]
    const ticket: Rules = { rate: { kind: 'steps', period: 'calendar', steps } }
    expect(sum(ticket, from, to, { timeZone, currency: 'EUR' })).toBe(2000)
  })

  test('an increment that is longer than what occurs twice goes on, a shorter one begins again', () => {
    const byTheClock = (minutes: number): Rules => ({
      rate: { kind: 'steps', period: 'calendar', steps: [{ minutes, amountMinor: 100 }] },
    })
    const [from, to] = ['2026-10-25T00:00+02:00', '2026-10-25T04:00+01:00']
    expect(sum(byTheClock(120), from, to)).toBe(200)
    expect(sum(byTheClock(60), from, to)).toBe(500)
    expect(sum(byTheClock(30), from, to)).toBe(1000)
  })

  test('a calendar day lasts 23 or 25 hours, a rolling one always 24', () => {
    const calendar: Rules = { day: { period: 'calendar', capMinor: 1000 } }
    const rolling: Rules = { day: { period: 'rolling', capMinor: 1000 } }
    for (const [from, midnight, dayLater] of [
      ['2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00', '2026-03-30T01:00+02:00'],
      ['2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00', '2026-10-25T23:00+01:00'],
    ] as const) {
      const after = (text: string) => new Date(Date.parse(text) + 60_000).toISOString()
      expect([sum(calendar, from, midnight), sum(calendar, from, after(midnight))]).toEqual([1000, 1200])
      expect([sum(rolling, from, dayLater), sum(rolling, from, after(dayLater))]).toEqual([1000, 1200])
    }
  })

  test('a day without a midnight begins when the clock is put forward, and a day that never was costs nothing', () => {
    const daily: Rules = { rate: { kind: 'flat', amountMinor: 1000 }, day: { period: 'calendar' } }
    const beirut = { timeZone: 'Asia/Beirut', currency: 'EUR' }
    expect(sum(daily, '2026-03-28T23:00+02:00', '2026-03-29T01:00+03:00', beirut)).toBe(1000)
    expect(sum(daily, '2026-03-28T23:00+02:00', '2026-03-29T01:01+03:00', beirut)).toBe(2000)
    const samoa = { timeZone: 'Pacific/Apia', currency: 'EUR' }
    expect(sum(daily, '2011-12-29T12:00-10:00', '2011-12-31T12:00+14:00', samoa)).toBe(2000)
  })
})
