import { gateDocument } from '@turnpike/contracts/live-documents.ts'
import { expect, test } from 'vitest'
import { stillWaits } from '../src/screens/lanes/current-wait.ts'
import { isBeforeCar } from '../src/screens/lanes/earlier-command.ts'
import { gate } from './documents.ts'

const decidedAt = '2026-03-10T09:00:00.000Z'
const before = '2026-03-10T08:59:59.999Z'

const decision = {
  id: '00000000-0000-4000-8000-0000000000d1',
  outcome: 'DENY',
  reason: 'blacklisted',
  mode: 'normal',
  plateMasked: 'B-••••34',
  confidence: null,
  at: decidedAt,
  movedOnAt: null,
} as const

const open = {
  id: '00000000-0000-4000-8000-0000000000c1',
  action: 'open',
  reason: 'paid',
  issuedAt: before,
  outcome: 'executed',
  detail: null,
} as const

test('an open of the car before is not the one of the car that was denied or owes', () => {
  expect(isBeforeCar(open, gate({ lastDecision: decision }))).toBe(true)
  expect(isBeforeCar(open, gate({ lastDecision: { ...decision, outcome: 'PAY', reason: 'payment_due' } }))).toBe(true)
})

test("a command given with a decision or after it is that car's", () => {
  expect(isBeforeCar({ ...open, issuedAt: decidedAt }, gate({ lastDecision: decision }))).toBe(false)
  expect(isBeforeCar({ ...open, issuedAt: '2026-03-10T09:00:30Z' }, gate({ lastDecision: decision }))).toBe(false)
  expect(isBeforeCar(open, gate())).toBe(false)
})

test('a car that paid, got its open and is then read again keeps that open as its own', () => {
  expect(isBeforeCar(open, gate({ lastDecision: { ...decision, outcome: 'ALLOW', reason: 'paid' } }))).toBe(false)
  const heldOpen = { ...decision, outcome: 'ALLOW', reason: 'held_open' } as const
  expect(isBeforeCar(open, gate({ lastDecision: heldOpen, barrierMode: 'held_open' }))).toBe(true)
})

test('a command that holds or blocks the barrier is of every car until it ends', () => {
  const holding = gate({ lastDecision: decision, barrierMode: 'held_open' })
  expect(isBeforeCar({ ...open, action: 'hold_open' }, holding)).toBe(false)
  expect(isBeforeCar({ ...open, action: 'hold_open' }, { ...holding, barrierMode: 'normal' })).toBe(true)
  expect(isBeforeCar({ ...open, action: 'block' }, { ...holding, barrierMode: 'blocked' })).toBe(false)
  expect(isBeforeCar({ ...open, action: 'release' }, { ...holding, barrierMode: 'normal' })).toBe(true)
})

const waiting = { since: decidedAt, until: '2026-03-10T09:03:00.000Z', amountMinor: 450, currency: 'EUR' }

test('a car waits up to the instant at which a payment opens no more', () => {
  const until = Date.parse(waiting.until)
  expect([stillWaits(waiting, until - 1), stillWaits(waiting, until)]).toEqual([true, false])
  expect(stillWaits(null, 0)).toBe(false)
})

test('a document of a core that does not know these fields yet is shown, without a wait that would never end', () => {
  const { until: _until, ...oldWait } = waiting
  const { movedOnAt: _movedOnAt, ...oldDecision } = decision
  const parsed = gateDocument.parse({ ...gate(), waiting: oldWait, lastDecision: oldDecision })
  expect(parsed.lastDecision?.movedOnAt).toBeNull()
  expect(stillWaits(parsed.waiting, Date.parse(waiting.since))).toBe(false)
})
