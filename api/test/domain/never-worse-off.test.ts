import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/domain/decide.ts'
import type { Facts, ReadFacts, SessionFacts } from '../../src/domain/facts.ts'
import { anyFacts, anyRead, anySession, now } from './any-facts.ts'

/** The same car at the same gate, once as it is and once with something in its favour. */
function better(facts: Facts, inItsFavour: Facts, read: ReadFacts) {
  return { before: decide(facts, read, now), after: decide(inItsFavour, read, now) }
}
const withSession = (facts: Facts, session: SessionFacts): Facts => ({ ...facts, session })
const withPlace = (facts: Facts, placeFree: boolean): Facts => ({ ...facts, site: { ...facts.site, placeFree } })
const withPoolPlace = (facts: Facts, poolPlaceFree: boolean): Facts => ({
  ...facts,
  subscription: facts.subscription && { ...facts.subscription, poolPlaceFree },
})

test('who has paid more is not asked for more, and who may leave may leave', () => {
  const property = fc.property(anyFacts('exit'), anySession, fc.nat(10_000), anyRead, (facts, stay, more, read) => {
    const session = stay as SessionFacts
    const paid = { ...session, paidMinor: session.paidMinor + more }
    const { before, after } = better(withSession(facts, session), withSession(facts, paid), read)
    if (before.outcome === 'ALLOW') expect(after.outcome).toBe('ALLOW')
    if (after.outcome !== 'PAY') return
    expect(before.outcome).toBe('PAY')
    const asked = [before, after].map(({ effect }) => (effect.kind === 'quote' ? effect.amountMinor : Number.NaN))
    expect(asked[1]).toBeLessThanOrEqual(asked[0]!)
  })
  fc.assert(property, { numRuns: 500 })
})

test('who pays what he is asked for, or more, may leave', () => {
  const property = fc.property(anyFacts('exit'), anySession, fc.nat(2), anyRead, (facts, stay, more, read) => {
    const session = stay as SessionFacts
    const asked = decide(withSession(facts, session), read, now)
    if (asked.effect.kind !== 'quote') return
    const paid = { ...session, paidMinor: session.paidMinor + asked.effect.amountMinor + more }
    expect(decide(withSession(facts, paid), read, now)).toMatchObject({ outcome: 'ALLOW', reason: 'nothing_owed' })
  })
  fc.assert(property, { numRuns: 500 })
})

test('whoever has longer to leave may still leave', () => {
  const property = fc.property(anyFacts('exit'), anySession, fc.nat(3_600), anyRead, (facts, stay, seconds, read) => {
    const session = stay as SessionFacts
    const paidUntil = new Date((session.paidUntil ?? now).getTime() + seconds * 1_000)
    const { before, after } = better(withSession(facts, session), withSession(facts, { ...session, paidUntil }), read)
    if (before.outcome === 'ALLOW') expect(after.outcome).toBe('ALLOW')
  })
  fc.assert(property, { numRuns: 500 })
})

test('a place that gets free keeps nobody out', () => {
  const property = fc.property(anyFacts('entry'), anyRead, (facts, read) => {
    const { before, after } = better(withPlace(facts, false), withPlace(facts, true), read)
    if (before.outcome === 'ALLOW') expect(after.outcome).toBe('ALLOW')
    expect(after.reason).not.toBe('site_full')
  })
  fc.assert(property, { numRuns: 1_000 })
})

test('a place of the pool that gets free keeps nobody out, and covers whoever it lets in', () => {
  const property = fc.property(anyFacts('entry'), anyRead, (facts, read) => {
    const { before, after } = better(withPoolPlace(facts, false), withPoolPlace(facts, true), read)
    if (before.outcome === 'ALLOW') expect(after.outcome).toBe('ALLOW')
    expect(['pool_exhausted', 'pool_overflow']).not.toContain(after.reason)
    if (facts.subscription !== null && facts.gate.barrierMode === 'normal' && after.effect.kind === 'open_session')
      expect(after.effect.subscriptionId).toBe(facts.subscription.id)
  })
  fc.assert(property, { numRuns: 1_000 })
})

test('a surer read lets in whom a doubtful one lets in', () => {
  const property = fc.property(anyFacts('entry'), anyRead, (facts, read) => {
    const [doubtful, sure] = [0.3, 0.9].map((confidence) => decide(facts, { ...read, confidence }, now))
    if (doubtful!.outcome === 'ALLOW') expect(sure!.outcome).toBe('ALLOW')
  })
  fc.assert(property, { numRuns: 500 })
})
