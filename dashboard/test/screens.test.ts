import type { OperatorItem } from '@turnpike/contracts/operator.ts'
import { expect, test } from 'vitest'
import { zonedInstant, zonedLocal } from '../src/format/time.ts'
import type { Lane } from '../src/live/live-context.tsx'
import { factLines } from '../src/screens/activity/fact-lines.ts'
import { joinNewest, sinceAPageAgo, sinceNewest } from '../src/screens/activity/join-newest.ts'
import { clockOf } from '../src/screens/lanes/camera-clock.ts'
import { holdUntil } from '../src/screens/lanes/hold-times.ts'
import { changeOf, find, isComplete } from '../src/screens/operators/rights.ts'
import { attentionOf, byAttention } from '../src/screens/overview/attention.ts'
import { sparklinePath } from '../src/screens/overview/sparkline-path.ts'
import { matches } from '../src/screens/shell/command-palette.tsx'
import { matchOf } from '../src/screens/workbench/match.ts'
import { plateDiff } from '../src/screens/workbench/plate-diff.ts'

const happened = (id: string, second: number, note = '') => ({
  id,
  createdAt: new Date(second * 1000).toISOString(),
  note,
})

const shown = (pages: ReturnType<typeof happened>[][]) => pages.map((items) => items.map(({ id, note }) => id + note))

test('what is new is put before what was there, each once, one that was committed late in its place, and one of an older page stays there', () => {
  const known = [[happened('d', 40), happened('b', 20)], [happened('a', 10)], [happened('z', 5), happened('y', 4)]]
  const fetched = [happened('e', 50), happened('d', 40, 'changed'), happened('c', 38), happened('a', 10, 'changed')]
  expect(shown(joinNewest(fetched, known, true))).toEqual([['e', 'dchanged', 'c', 'b'], ['achanged'], ['z', 'y']])
})

test('what is older than all that is known is on a page to come, or the end of the list where there is none', () => {
  const known = [[happened('d', 40), happened('b', 20)]]
  const fetched = [happened('d', 40), happened('c', 30), happened('b', 20), happened('a', 20), happened('z', 5)]
  expect(shown(joinNewest(fetched, known, true))).toEqual([['d', 'c', 'b']])
  expect(shown(joinNewest(fetched, known, false))).toEqual([['d', 'c', 'b', 'a', 'z']])
})

test('two of one instant keep one order, whichever came first', () => {
  const [a, b] = [happened('a', 10), happened('b', 10)]
  expect(joinNewest([a], [[b]], false)).toEqual(joinNewest([b], [[a]], false))
})

test('it is asked from a little before the newest that is known, and from nowhere while nothing is', () => {
  expect(sinceNewest([happened('b', 20), happened('a', 10)])).toBe(new Date(15_000).toISOString())
  expect(sinceNewest([])).toBeUndefined()
})

test('what no lane tells of is asked for as far back as a page goes, and from the first while there is no more', () => {
  const known = Array.from({ length: 70 }, (_, n) => happened(`${n}`, 1_000 - n))
  expect(sinceAPageAgo(known)).toBe(known[49]!.createdAt)
  expect(sinceAPageAgo(known.slice(0, 49))).toBeUndefined()
})

const lane = (change: Partial<Lane> = {}): Lane => ({
  siteId: 's',
  gateId: 'g',
  name: 'North',
  barrierMode: 'normal',
  observedState: 'closed',
  decision: null,
  waitsUntil: null,
  ...change,
})
const at = (ms: number) => new Date(ms).toISOString()

test('a site counts what calls for somebody: not a wait that has run out, nor a fallback whose car has gone', () => {
  const fallback = { id: 'd', mode: 'fallback' as const, movedOn: false }
  const lanes = [
    lane({ waitsUntil: at(2000) }),
    lane({ waitsUntil: at(999) }),
    lane({ barrierMode: 'held_open', decision: fallback }),
    lane({ barrierMode: 'blocked', decision: { ...fallback, movedOn: true } }),
    lane({ observedState: 'fault' }),
  ]
  expect(attentionOf(lanes, 3, 1000)).toEqual({
    waiting: 1,
    fault: 1,
    fallback: 1,
    blocked: 1,
    heldOpen: 1,
    alerts: 3,
  })
})

test('a driver at a barrier comes before any number of alerts, and equal sites keep the order of their names', () => {
  const site = (name: string, lanes: Lane[], alerts = 0) => ({ name, attention: attentionOf(lanes, alerts, 0) })
  const sites = [site('B', []), site('A', []), site('D', [], 50), site('C', [lane({ waitsUntil: at(1) })])]
  expect(sites.toSorted(byAttention).map(({ name }) => name)).toEqual(['C', 'D', 'A', 'B'])
})

test('a sparkline steps from the bottom at nothing to the top at the most, and one value is no line', () => {
  expect(sparklinePath([0, 5, 10], 6, 10)).toBe('M0 1H3V0.5H6V0')
  expect(sparklinePath([4], 6, 10)).toBeUndefined()
  expect(sparklinePath([0, 0], 6, 0)).toBe('M0 1H6V1')
})

test('facts are lines named by their place, a list on one line', () => {
  expect(factLines({ session: { openedAt: 'x', holdsPlace: true }, pass: null, sites: ['a', { b: 1 }] })).toEqual([
    { name: 'session › opened at', value: 'x' },
    { name: 'session › holds place', value: true },
    { name: 'pass', value: null },
    { name: 'sites', value: 'a, {"b":1}' },
  ])
})

test("a time that is typed is the site's: also when the clock skips it, or shows it twice", () => {
  expect(zonedInstant('2026-07-01T14:30', 'Europe/Berlin')).toBe('2026-07-01T12:30:00.000Z')
  expect(zonedInstant('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(zonedInstant('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
  expect(zonedInstant('2026-07-01T14:30', 'America/New_York')).toBe('2026-07-01T18:30:00.000Z')
})

test('an instant is shown in a field as the clock at the site has it', () => {
  expect(zonedLocal('2026-07-01T12:30:59.5Z', 'Europe/Berlin')).toBe('2026-07-01T14:30')
  expect(zonedLocal('2026-12-31T23:30:00Z', 'Asia/Kolkata')).toBe('2027-01-01T05:00')
})

test('the palette finds by the beginnings of words, in any order', () => {
  expect(matches('Lanes of Rosengarten Garage', 'gar la')).toBe(true)
  expect(matches('Lanes of Rosengarten Garage', 'arten')).toBe(false)
  expect(matches('Lanes', '')).toBe(true)
})

test('the clock of a camera is told where it is off by two seconds or has jumped', () => {
  const camera = (clockAheadSeconds: number | null, clockJumped = false) => ({
    lastSeenAt: null,
    clockAheadSeconds,
    clockJumped,
  })
  expect([null, camera(null), camera(1), camera(-1)].map(clockOf)).toEqual(Array(4).fill(undefined))
  expect(clockOf(camera(-90))).toEqual({ offSeconds: -90, jumped: false })
  expect(clockOf(camera(0, true))).toEqual({ offSeconds: 0, jumped: true })
})

test('of a plate that may be misread the characters are marked that the other one has not in their place', () => {
  const marked = (plate: string, other: string) =>
    plateDiff(plate, other)
      .map(({ character, differs }) => (differs ? `[${character}]` : character))
      .join('')
  expect(marked('BX8811', 'BXBB11')).toBe('BX[8][8]11')
  expect(marked('BX11', 'BX')).toBe('BX[1][1]')
})

test('an exit without an entry changes of a stay what its form says, and nothing else', () => {
  const exit = { id: 'd', siteId: 's', plate: 'BXBB11' }
  const stay = { id: 'a', plate: 'BX8811', openedAt: '2026-07-01T10:00:30.123Z' }
  const same = { correctPlate: true, openedAt: '2026-07-01T10:00:00.000Z', hasLeft: true }
  expect(matchOf(exit, stay, same)).toEqual({
    sessionId: 'a',
    change: { plate: 'BXBB11', state: 'closed', exitDecisionId: 'd' },
  })
  const earlier = { correctPlate: false, openedAt: '2026-07-01T09:00:00.000Z', hasLeft: false }
  expect(matchOf(exit, stay, earlier)).toEqual({ sessionId: 'a', change: { openedAt: earlier.openedAt } })
  expect(matchOf(exit, { ...stay, plate: 'BXBB11' }, { ...same, hasLeft: false })).toMatchObject({ change: {} })
})

test('a stay whose entry nobody saw needs a time at which it came in', () => {
  const exit = { id: 'd', siteId: 's', plate: 'BXBB11' }
  const form = { correctPlate: true, openedAt: '2026-07-01T09:00:00.000Z', hasLeft: false }
  expect(matchOf(exit, null, { ...form, openedAt: undefined })).toBeUndefined()
  expect(matchOf(exit, null, form)).toEqual({
    sessionId: null,
    change: { siteId: 's', plate: 'BXBB11', openedAt: form.openedAt },
  })
})

test("a hold ends so long after the server's now, to the second", () => {
  expect(holdUntil(15, Date.parse('2026-11-25T08:00:00.900Z'))).toBe('2026-11-25T08:15:00.000Z')
})

const person = (name: string, change: Partial<OperatorItem> = {}): OperatorItem => ({
  id: name,
  version: 1,
  name,
  email: `${name.toLowerCase()}@parking.example`,
  role: 'operator',
  siteIds: ['a'],
  firebaseUid: name,
  signedInAt: at(0),
  disabledAt: null,
  ...change,
})

test('operators are found by parts of name and e-mail, by state and by site, where admins are at each', () => {
  const all = [
    person('Kim', { siteIds: ['b'] }),
    person('Ada', { role: 'admin', siteIds: [] }),
    person('Ben', { disabledAt: at(0) }),
    person('Eve', { signedInAt: null, siteIds: ['c'] }),
    person('Dan', { signedInAt: null, disabledAt: at(0), siteIds: ['c'] }),
  ]
  const found = (asked: Partial<Parameters<typeof find>[1]>) =>
    find(all, { text: '', state: undefined, siteId: undefined, ...asked }).map(({ name }) => name)
  expect(found({})).toEqual(['Ada', 'Ben', 'Dan', 'Eve', 'Kim'])
  expect(found({ text: 'KING im@' })).toEqual(['Kim'])
  expect(found({ text: 'kim nowhere' })).toEqual([])
  expect(found({ state: 'active' })).toEqual(['Ada', 'Kim'])
  expect(found({ state: 'invited' })).toEqual(['Eve'])
  expect(found({ state: 'disabled' })).toEqual(['Ben', 'Dan'])
  expect(found({ siteId: 'a' })).toEqual(['Ada', 'Ben'])
})

test('of an operator is changed what was touched: a name alone ends no session, and an admin is sent no sites', () => {
  const kim = person('Kim')
  expect(changeOf(kim, { name: ' Kim S ' })).toEqual({ name: 'Kim S' })
  expect(changeOf(kim, { role: 'operator' })).toEqual({ name: 'Kim', role: 'operator' })
  expect(changeOf(kim, { siteIds: ['b'], role: 'viewer' })).toEqual({ name: 'Kim', role: 'viewer', siteIds: ['b'] })
  expect(changeOf(kim, { siteIds: ['b'], role: 'admin' })).toEqual({ name: 'Kim', role: 'admin' })
})

test('an operator has a name, and a site unless every site is his', () => {
  expect(isComplete(person('Kim'))).toBe(true)
  expect(isComplete(person(' '))).toBe(false)
  expect(isComplete(person('Kim', { siteIds: [] }))).toBe(false)
  expect(isComplete(person('Ada', { role: 'admin', siteIds: [] }))).toBe(true)
})
