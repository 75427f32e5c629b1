import { outcome, reasonCodes } from '@turnpike/contracts/decision.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide, decideByPolicy } from '../../src/domain/decide.ts'
import type { Facts, ReadFacts } from '../../src/domain/facts.ts'
import { commandFor, leftUnseen, placeInPass } from '../../src/domain/pass.ts'
import { anyFactsAtAll, anyRead, anySession } from './any-facts.ts'

// As far as a clock may be wrong, and the border of a leap day, of a year and of both changes of the clock.
const borders = ['2000-01-01T00:00:00Z', '2024-02-29T23:59:59.999Z', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z']
const instant = fc.oneof(
  fc.date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59.999Z'), noInvalidDate: true }),
  fc.constantFrom(...borders).map((text) => new Date(text)),
)
const largest = 2 ** 31 - 1
const session = fc.record({
  stay: anySession,
  openedAt: instant,
  paidUntil: fc.option(instant),
  coveredUntil: fc.option(instant),
  paidMinor: fc.constantFrom(0, 1, largest),
  adjustedMinor: fc.constantFrom(0, -largest, 100_000_000),
})
const facts = fc
  .record({
    facts: anyFactsAtAll,
    session: fc.option(session),
    currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'XXX'),
    timeZone: fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/St_Johns', 'UTC'),
    plausibleAmountMinor: fc.constantFrom(1, largest),
    noTariff: fc.boolean(),
  })
  .map(({ facts, session, noTariff, ...site }) => ({
    ...facts,
    site: { ...facts.site, ...site },
    session: session && { ...session.stay, ...session },
    tariff: noTariff ? null : facts.tariff,
  })) as fc.Arbitrary<Facts>
const read: fc.Arbitrary<ReadFacts> = fc
  .record({ read: anyRead, capturedAt: instant, receivedAt: instant, confidence: fc.constantFrom(null, 0, 0.6, 1) })
  .map(({ read, ...drawn }) => ({ ...read, ...drawn }))

test('whatever the facts, the clock and the currency, a read gets an answer of the closed list, and a sum that can be paid', () => {
  const property = fc.property(facts, read, instant, (facts, read, now) => {
    for (const verdict of [
      decide(facts, read, now),
      ...(['open', 'closed', 'allow_list'] as const).map((policy) => decideByPolicy(facts, read, policy, now)),
    ]) {
      expect(outcome.options).toContain(verdict.outcome)
      expect(reasonCodes).toContain(verdict.reason)
      if (verdict.effect.kind === 'quote') {
        expect(Number.isInteger(verdict.effect.amountMinor)).toBe(true)
        expect(verdict.effect.amountMinor).toBeGreaterThan(0)
        expect(verdict.effect.amountMinor).toBeLessThanOrEqual(largest)
      }
      const { kind } = placeInPass(facts, read, verdict, now)
      expect(['new', 'upgrade', 'suppressed', 'correction', 'stray']).toContain(kind)
      if (verdict.outcome !== 'ALLOW') expect(commandFor(facts, read, verdict, now)).toBe('none')
      leftUnseen(facts, read, now)
    }
  })
  fc.assert(property, { numRuns: 400 })
})
