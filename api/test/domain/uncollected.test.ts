import { tariffRules } from '@turnpike/contracts/tariff.ts'
import { expect, test } from 'vitest'
import { type EndedStay, uncollectedOf } from '../../src/domain/uncollected.ts'

const rules = tariffRules.parse({ version: 1, rate: { kind: 'steps', steps: [{ minutes: 60, amountMinor: 200 }] } })
const stay: EndedStay = {
  state: 'closed',
  openedAt: new Date('2026-03-10T09:00:00Z'),
  letOutAt: new Date('2026-03-10T10:30:00Z'),
  subscriptionId: null,
  coveredUntil: null,
  paidUntil: null,
  paidMinor: 0,
  adjustedMinor: 0,
  exit: null,
}
const exit = { outcome: 'PAY', reason: 'payment_due', mode: 'normal', openedByOperator: false } as const
const of = (changes: Partial<EndedStay>) =>
  uncollectedOf({ ...stay, ...changes }, { id: 't', rules }, { timeZone: 'Europe/Berlin', currency: 'EUR' })

test.each<[string, Partial<EndedStay>]>([
  ['missed_exit', { state: 'missed_exit', exit }],
  ['fallback', { exit: { ...exit, outcome: 'ALLOW', reason: 'fallback_open', mode: 'fallback' } }],
  ['held_open', { exit: { ...exit, outcome: 'ALLOW', reason: 'held_open' } }],
  ['let_out', { exit: { ...exit, outcome: 'ALLOW', reason: 'paid' } }],
  ['operator', { exit: { ...exit, openedByOperator: true } }],
  ['drove_out', { exit }],
  ['drove_out', { exit: null }],
])('a stay that owes left by %s', (cause, changes) => {
  expect(of(changes)).toMatchObject({ cause, priceMinor: 400, owedMinor: 400 })
})

test('what was paid counts, and a stay is priced to its end only', () => {
  expect(of({ paidMinor: 100 })).toMatchObject({ priceMinor: 400, owedMinor: 300 })
  expect(of({ letOutAt: new Date('2026-03-10T09:30:00Z') })).toMatchObject({ owedMinor: 200 })
})

test.each<[string, Partial<EndedStay>]>([
  ['it was paid for', { paidMinor: 400 }],
  ['it left in the time that it had paid for', { paidUntil: stay.letOutAt }],
  ['a subscription covered it', { subscriptionId: 's', coveredUntil: null }],
  ['the vehicle turned back', { state: 'void' }],
])('a stay owes nothing when %s', (_, changes) => {
  expect(of(changes)).toBeNull()
})
