import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from '../../src/domain/decide.ts'
import type { Facts, PassFacts, ReadFacts } from '../../src/domain/facts.ts'
import { placeInPass } from '../../src/domain/pass.ts'
import { anyFactsAtAll, anyRead, now } from './any-facts.ts'

const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000)

const letThrough: PassFacts = {
  decisionId: 'the decision',
  plateId: 'the plate',
  knowsPlate: true,
  alike: true,
  trackId: 'track 7',
  confidence: 0.9,
  pending: false,
  firstReadAt: ago(12),
  outcome: 'ALLOW',
  sessionId: null,
  sessionOpen: false,
  subscriptionId: null,
  decidedAt: ago(12),
  passageAt: null,
  command: { id: 'its open', state: 'spent' },
}
const surely = { trackId: 'track 7', confidence: 0.95, closesTrack: false, capturedAt: now, receivedAt: now }

type Change = { pass?: Partial<PassFacts>; read?: Partial<ReadFacts>; facts?: Partial<Facts> }

/** What becomes of a further read of a vehicle that was let through and whose `open` had no effect, in whatever else there is. */
function everywhere(change: Change, check: (place: ReturnType<typeof placeInPass>, reason: string) => void) {
  const property = fc.property(anyFactsAtAll, anyRead, (any, anyOther) => {
    const gate = { ...any.gate, barrierMode: 'normal' as const, minConfidence: 0.6 }
    const clock = { offsetMs: 0, jumpedToMs: null }
    const facts: Facts = {
      ...any,
      clock,
      gate,
      track: null,
      letThrough: null,
      ...change.facts,
      pass: { ...letThrough, ...change.pass },
    }
    const read: ReadFacts = { ...anyOther, retransmitted: false, ...surely, ...change.read }
    const verdict = decide(facts, read, now)
    check(placeInPass(facts, read, verdict, now), verdict.reason)
  })
  fc.assert(property, { numRuns: 300 })
}

const opensAgain = (place: ReturnType<typeof placeInPass>) => place.kind === 'suppressed' && place.opensAgain

describe('a vehicle that was let through and whose open had no effect', () => {
  test('is opened for once more when it is read again, also under another plate', () => {
    everywhere({}, (place, reason) => expect(opensAgain(place)).toBe(reason !== 'blacklisted'))
    const surer = {
      read: { plateId: 'another plate' },
      pass: { knowsPlate: false, sessionId: 'its stay', sessionOpen: true },
    }
    everywhere(surer, (place, reason) => expect(opensAgain(place)).toBe(reason !== 'blacklisted'))
  })

  test.each<[string, Change]>([
    ['when the camera says that it has gone', { read: { closesTrack: true } }],
    ['for a read that is not sure', { read: { confidence: 0.3 } }],
    ['minutes later', { pass: { decidedAt: ago(200), firstReadAt: ago(200) } }],
    ['after a passage', { pass: { passageAt: ago(2) } }],
  ])('is not opened for %s', (_, change) => {
    everywhere(change, (place) => expect(opensAgain(place)).toBe(false))
  })
})

describe('a camera that starts anew gives an old track to another vehicle', () => {
  const other = { knowsPlate: false, alike: false, command: null }

  test('which is decided, where the one before had been reported to pass minutes ago', () => {
    everywhere({ pass: { ...other, passageAt: ago(200), decidedAt: ago(300) } }, ({ kind }) => expect(kind).toBe('new'))
  })

  test.each<[string, Change]>([
    ['stands there', { pass: other }],
    ['has stood there for minutes', { pass: { ...other, decidedAt: ago(600), firstReadAt: ago(600) } }],
    ['has only just passed', { pass: { ...other, passageAt: ago(2) } }],
  ])('while one that %s keeps its answer, whatever the camera makes of its plate', (_, change) => {
    everywhere(change, ({ kind }) => expect(['suppressed', 'correction']).toContain(kind))
  })
})
