import { reasonCodes } from '@turnpike/contracts/decision.ts'
import type { Look } from '@turnpike/contracts/explanation.ts'
import { alertKind } from '@turnpike/contracts/live-documents.ts'
import { problemCodes } from '@turnpike/contracts/problem.ts'
import { expect, test } from 'vitest'
import { toApiError } from '../src/api/problem.ts'
import { alertsDe } from '../src/i18n/alerts-de.ts'
import { alertsEn } from '../src/i18n/alerts-en.ts'
import { de } from '../src/i18n/de.ts'
import { en } from '../src/i18n/en.ts'
import { formatsIn } from '../src/i18n/format.ts'
import { preferred } from '../src/i18n/language.ts'
import { looksIn } from '../src/i18n/looks.ts'
import { moneyDe } from '../src/i18n/money-de.ts'
import { moneyEn } from '../src/i18n/money-en.ts'
import { operatorsDe } from '../src/i18n/operators-de.ts'
import { operatorsEn } from '../src/i18n/operators-en.ts'
import { overviewDe } from '../src/i18n/overview-de.ts'
import { overviewEn } from '../src/i18n/overview-en.ts'

/** Every catalogue of the console, in both languages. */
const catalogues = [
  [en, de],
  [moneyEn, moneyDe],
  [alertsEn, alertsDe],
  [overviewEn, overviewDe],
  [operatorsEn, operatorsDe],
] as const

const german = { language: 'de', words: de } as const
const english = { language: 'en', words: en } as const

/** Every text of a catalogue by its place in it; what takes parameters is asked with some. */
function texts(catalogue: object, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, string][] => {
    const at = `${path}.${key}`
    if (typeof value === 'string') return [[at, value]]
    if (typeof value === 'function') return [[at, value('7', '8')]]
    return texts(value, at)
  })
}

test('both languages say the same things: each has every key of the other, and none is empty', () => {
  const keys = (catalogue: object) => texts(catalogue).map(([at]) => at)
  for (const [spoken, other] of catalogues) {
    expect(keys(other)).toEqual(keys(spoken))
    expect([...texts(spoken), ...texts(other)].filter(([, text]) => text.trim() === '')).toEqual([])
  }
})

test('a text with parameters shows them in both languages', () => {
  const shown = (catalogue: object) =>
    texts(catalogue)
      .filter(([, text]) => /[78]/.test(text))
      .map(([at]) => at)
  for (const [spoken, other] of catalogues) expect(shown(other)).toEqual(shown(spoken))
})

test('every reason of a decision and every kind of alert has words in both languages', () => {
  for (const { reasons } of [en, de]) expect(Object.keys(reasons)).toEqual(reasonCodes)
  for (const { kinds, advice } of [alertsEn, alertsDe]) {
    expect(Object.keys(kinds)).toEqual(alertKind.options)
    expect(Object.keys(advice)).toEqual(alertKind.options)
  }
})

test('what the API refuses is said in German for every code it has, also for one of a newer API, with its own sentence', () => {
  const said = [...problemCodes, undefined].map(
    (code) => toApiError(409, { ...(code && { code }), detail: 'At version 2 now.' }, de.failures).message,
  )
  for (const text of said) expect(text).toMatch(/^[A-ZÄÖÜ].+[.] Die API sagt: „At version 2 now[.]“$/)
  expect(new Set(said).size).toBeGreaterThanOrEqual(problemCodes.length)
  expect(toApiError(409, { code: 'conflict', detail: 'At version 2 now.' }, en.failures).message).toBe(
    'At version 2 now.',
  )
  expect(toApiError(502, undefined, de.failures).message).toMatch(/nicht antworten [(]502[)]/)
})

test("the console speaks the first of a person's languages that it knows, else English", () => {
  expect(preferred(['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(preferred(['en-US', 'de'])).toBe('en')
  expect(preferred(['fr', 'it'])).toBe('en')
  expect(preferred([])).toBe('en')
})

test('sums and times are written as the language does, in the currency and the zone of the site', () => {
  const plain = (text: string) => text.replaceAll(/\s/g, ' ')
  expect(plain(formatsIn(german).money(1050, 'EUR'))).toBe('10,50 €')
  expect(formatsIn(english).money(1050, 'EUR')).toBe('€10.50')
  expect([german, english].map((spoken) => formatsIn(spoken).amount(1050, 'EUR'))).toEqual(['10,50', '10.50'])
  expect(formatsIn(german).dateTime('2026-11-25T08:30:59Z', 'Europe/Berlin')).toMatch(/^25\. Nov\.?, 09:30:59$/)
  expect(formatsIn(german).ago('2026-11-25T08:30:00Z', Date.parse('2026-11-25T08:33:00Z'))).toBe('vor 3 min')
})

test('what a decision depended on is said in both languages, with the sums and times of the site and no code', () => {
  const plain = (text: string) => text.replaceAll(/\s/g, ' ')
  const said = (language: 'en' | 'de', { name, value }: Look) => {
    const look = looksIn(language, 'Europe/Berlin')
    return plain(`${look.name(name)}: ${look.value(value)}`)
  }
  const stay: Look = {
    name: 'open_stay',
    value: [[{ word: 'since' }, { instant: '2026-11-25T08:30:59Z' }], [{ word: 'found_by_a_look_alike_plate' }]],
  }
  const paid: Look = { name: 'paid_so_far', value: [[{ amountMinor: 1050, currency: 'EUR' }]] }
  const sure: Look = { name: 'confidence', value: [[{ share: 0.4 }], [{ word: 'this_gate_asks_for' }, { share: 0.6 }]] }
  expect([stay, paid, sure].map((look) => said('en', look))).toEqual([
    'open stay: since 25 Nov, 09:30:59, found by a look alike plate',
    'paid so far: €10.50',
    'confidence: 40%, this gate asks for 60%',
  ])
  expect([stay, paid, sure].map((look) => said('de', look))).toEqual([
    'Offener Aufenthalt: seit 25. Nov., 09:30:59, gefunden an einem ähnlichen Kennzeichen',
    'Bisher bezahlt: 10,50 €',
    'Sicherheit der Kamera: 40 %, diese Spur verlangt 60 %',
  ])
})
