import type { CommandAction, CommandOutcome, GateDirection, PassageKind } from '@turnpike/contracts/gate-command.ts'
import type {
  Actuation,
  AntiPassbackPolicy,
  ExitWithoutSessionPolicy,
  FailPolicy,
  PoolExhaustedPolicy,
  UnknownVehiclePolicy,
} from '@turnpike/contracts/site.ts'
import fc from 'fast-check'

/*
 * A small car park and what happens in it, drawn by fast-check. Numbers that name a gate, a vehicle or an earlier read are taken
 * modulo how many there are, so that every draw means something and each can be made smaller by itself.
 */

const oftenFirst = <T>(first: T, ...others: T[]) => fc.constantFrom(first, first, first, first, ...others)
const which = fc.nat(11)
const yes = (oneIn: number) => fc.nat(oneIn - 1).map((n) => n === oneIn - 1)

const gate = fc.record({
  direction: fc.constantFrom<GateDirection>('entry', 'exit'),
  actuation: oftenFirst<Actuation>('controller', 'reply'),
  onCameraUnsure: fc.constantFrom<FailPolicy>('open', 'closed', 'allow_list'),
  cameras: fc.integer({ min: 1, max: 2 }),
})

const site = fc.record({
  capacity: oftenFirst(1, 2, 2, 3, 4),
  unknownVehiclePolicy: oftenFirst<UnknownVehiclePolicy>('transient', 'prepaid', 'subscribers_only'),
  antiPassbackPolicy: fc.constantFrom<AntiPassbackPolicy>('flag', 'deny'),
  exitWithoutSessionPolicy: fc.constantFrom<ExitWithoutSessionPolicy>('open_and_flag', 'deny'),
  plausibleAmountMinor: oftenFirst(20_000, 150),
  entry: gate.map((g) => ({ ...g, direction: 'entry' as const })),
  exit: gate.map((g) => ({ ...g, direction: 'exit' as const })),
  others: fc.array(gate, { maxLength: 2 }),
})

const subscription = fc.record({
  pool: oftenFirst(1, 2),
  poolExhaustedPolicy: fc.constantFrom<PoolExhaustedPolicy>('overflow_to_paying', 'deny'),
  exemptFromCapacity: yes(3),
  vehicles: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3, size: 'max' }),
  site: which,
  endsAfterMinutes: fc.option(fc.constantFrom(3, 30), { freq: 2 }),
})

const anyWorld = fc.record({
  sites: fc.array(site, { minLength: 1, maxLength: 3 }),
  vehicles: fc.integer({ min: 2, max: 6 }),
  /** Who comes in half an hour before the first round, and so owes. */
  inside: fc.array(fc.record({ vehicle: which, site: which }), { maxLength: 4, size: 'max' }),
  subscriptions: fc.array(subscription, { maxLength: 2, size: 'max' }),
  blacklisted: fc.array(fc.record({ vehicle: which, site: fc.option(which) }), { maxLength: 1 }),
})
export type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never

/** Each of them is sent to one of two cores: the hasty one answers within a short deadline or not at all. */
export type CoreName = 'patient' | 'hasty'
const core = fc.constantFrom<CoreName>('patient', 'hasty')
const kind = <K extends string>(name: K) => fc.constant(name)

const read = fc.record({
  kind: kind('read'),
  core,
  gate: which,
  camera: which,
  vehicle: which,
  /** As it is, written otherwise, misread as a look-alike, misread by one character. */
  reading: fc.constantFrom('plain', 'plain', 'plain', 'lower case', 'look-alike', 'one edit'),
  confidence: fc.constantFrom(null, null, null, 0.3, 0.7, 0.95),
  kept: yes(32),
  late: yes(24),
})
/** All that a car does at a gate, one after the other. */
const drive = fc.record({
  kind: kind('drive'),
  core,
  gate: which,
  vehicle: which,
  outcome: fc.constantFrom<CommandOutcome>('executed', 'failed'),
  did: fc.constantFrom<PassageKind>('passed', 'passed', 'turned_back'),
})
const repeat = fc.record({ kind: kind('repeat'), core, of: fc.nat(40) })
const settle = fc.record({ kind: kind('settle'), core, site: which, vehicle: which })
const pay = fc.record({
  kind: kind('pay'),
  core,
  quote: which,
  part: yes(4),
  again: fc.constantFrom('once', 'once', 'event', 'fact'),
})
const passage = fc.record({
  kind: kind('passage'),
  core,
  gate: which,
  did: fc.constantFrom<PassageKind>('passed', 'passed', 'turned_back', 'turned_back', 'tailgated', 'unknown'),
  namesStay: yes(3),
})
const result = fc.record({
  kind: kind('result'),
  core,
  gate: which,
  outcome: fc.constantFrom<CommandOutcome>('executed', 'executed', 'failed', 'unknown'),
})
const command = fc.record({
  kind: kind('command'),
  core,
  gate: which,
  action: fc.constantFrom<CommandAction>('open', 'open', 'hold_open', 'block', 'release'),
})
const observe = fc.record({
  kind: kind('observe'),
  core,
  gate: which,
  state: fc.constantFrom('open', 'closed'),
  loopOccupied: fc.boolean(),
})
const resize = fc.record({ kind: kind('resize'), core, site: which, capacity: fc.integer({ min: 0, max: 4 }) })
const resizePool = fc.record({
  kind: kind('resize pool'),
  core,
  subscription: which,
  size: fc.integer({ min: 1, max: 3 }),
})
const work = fc.record({ kind: kind('work'), core })

const anyOperation = fc.oneof(
  { weight: 10, arbitrary: read },
  { weight: 5, arbitrary: drive },
  { weight: 4, arbitrary: repeat },
  { weight: 2, arbitrary: settle },
  { weight: 2, arbitrary: pay },
  { weight: 3, arbitrary: passage },
  { weight: 2, arbitrary: result },
  { weight: 1, arbitrary: command },
  { weight: 1, arbitrary: observe },
  { weight: 1, arbitrary: resize },
  { weight: 1, arbitrary: resizePool },
  { weight: 2, arbitrary: work },
)
export type Operation = typeof anyOperation extends fc.Arbitrary<infer T> ? T : never

/** What happens at once, `afterSeconds` after all that happened before: borders of the rules lie in between. */
const round = fc.record({
  afterSeconds: fc.constantFrom(0, 1, 3, 8, 20, 240, 1_500),
  operations: fc.array(anyOperation, { minLength: 1, maxLength: 6, size: 'max' }),
})

/** `delays` seeds how slow the connections are. */
export const anySchedule = fc.record({
  world: anyWorld,
  rounds: fc.array(round, { minLength: 2, maxLength: 4, size: 'max' }),
  delays: fc.nat(),
})
export type Schedule = typeof anySchedule extends fc.Arbitrary<infer T> ? T : never
