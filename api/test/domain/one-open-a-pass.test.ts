import { tariffRules } from '@turnpike/contracts/tariff.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { later, openLivesMs } from '../../src/domain/command-life.ts'
import { decide } from '../../src/domain/decide.ts'
import type { Facts, PassFacts, SessionFacts } from '../../src/domain/facts.ts'
import { commandFor, placeInPass } from '../../src/domain/pass.ts'
import { anyFacts } from './any-facts.ts'

/*
 * A gate, and vehicles that stand at it one after the other. The model knows what is true: which vehicle stands there, and what
 * became of each of its opens. The rules are told what cameras and the controller say, as the statements would store it.
 */

type Step =
  | { does: 'read'; sure: boolean; misread: boolean }
  | { does: 'wait'; seconds: number }
  | { does: 'pay' }
  | { does: 'report'; outcome: 'executed' | 'failed' }
  | { does: 'leave'; how: 'passed' | 'unseen' | 'passed, and comes again' }
const does = <K extends Step['does']>(what: K) => fc.constant(what)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: does('read'), sure: fc.boolean(), misread: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ does: does('wait'), seconds: fc.constantFrom(1, 4, 11, 170) }) },
  { weight: 2, arbitrary: fc.record({ does: does('pay') }) },
  { weight: 3, arbitrary: fc.record({ does: does('report'), outcome: fc.constantFrom('executed', 'failed') }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: does('leave'), how: fc.constantFrom('passed', 'unseen', 'passed, and comes again') }),
  },
)

type Open = { id: string; expiresAt: Date; outcome: 'executed' | 'failed' | null }
type Vehicle = { name: string; opens: Open[]; admitted: boolean; stay: SessionFacts | null }
const owed = tariffRules.parse({ version: 1, rate: { kind: 'flat', amountMinor: 100 } })

class Gate {
  #now = new Date('2026-03-10T12:00:00Z')
  #count = 0
  #vehicle: Vehicle
  #pass: (PassFacts & { of: Vehicle }) | null = null
  readonly #facts: Facts

  /** Everything but the newest pass and the stay is as it is drawn. */
  constructor({ gate, ...facts }: Facts) {
    const tariff = { id: 'tariff', rules: owed }
    const clock = { offsetMs: 0, jumpedToMs: null }
    this.#facts = {
      ...facts,
      clock,
      track: null,
      letThrough: null,
      gate: { ...gate, barrierMode: 'normal' },
      ownCar: false,
      prepaidQuoteId: null,
      tariff,
    }
    this.#vehicle = this.#nextVehicle()
  }

  do(step: Step) {
    const vehicle = this.#vehicle
    switch (step.does) {
      case 'read':
        return this.#read(step)
      case 'wait':
        this.#now = later(this.#now, step.seconds * 1_000)
        return
      case 'pay':
        if (vehicle.stay === null) return
        vehicle.stay = { ...vehicle.stay, paidUntil: later(this.#now, 900_000) }
        // The car waits: a payment opens.
        if (this.#standing?.outcome === 'PAY' && vehicle.opens.every((open) => this.#stateOf(open) === 'spent'))
          this.#open()
        return
      case 'report': {
        const open = vehicle.opens.at(-1)
        if (open !== undefined) open.outcome ??= step.outcome
        return
      }
      case 'leave':
        if (step.how !== 'unseen' && this.#pass !== null) this.#pass.passageAt = this.#now
        this.#vehicle = this.#nextVehicle(step.how === 'passed, and comes again' ? vehicle : undefined)
    }
  }

  #read({ sure, misread }: Extract<Step, { does: 'read' }>) {
    const vehicle = this.#vehicle
    const standing = this.#standing
    const inWindow = standing !== null && +this.#now - +standing.firstReadAt <= 6_000
    const plateId = misread && inWindow ? `${vehicle.name} misread` : vehicle.name
    const read = {
      plateId,
      trackId: null,
      confidence: sure && plateId === vehicle.name ? 0.9 : 0.3,
      closesTrack: false,
      retransmitted: false,
      capturedAt: this.#now,
      receivedAt: this.#now,
    }
    const facts = this.#load(plateId)
    const verdict = decide(facts, read, this.#now)
    const place = placeInPass(facts, read, verdict, this.#now)
    const { kind } = place
    if (this.#pass?.passageAt) expect(kind, 'a vehicle that came after a passage').toBe('new')
    if (place.kind === 'suppressed') {
      if (place.opensAgain) this.#open()
      return
    }
    if (kind === 'new' && standing !== null) {
      expect(+this.#now - +standing.decidedAt, 'a vehicle that stands there is a new one').toBeGreaterThan(180_000)
      Object.assign(vehicle, { opens: [], admitted: false })
    }
    if (commandFor(facts, read, verdict, this.#now) === 'issue') this.#open()
    if (verdict.outcome === 'ALLOW') {
      expect(vehicle.admitted, 'an ALLOW was issued twice').toBe(false)
      vehicle.admitted = true
      const entered = facts.gate.direction === 'entry' && { ...stay, id: `stay ${this.#count} of ${vehicle.name}` }
      vehicle.stay = entered || null
    }
    this.#count += 1
    this.#pass = {
      of: vehicle,
      decisionId: `decision ${this.#count}`,
      plateId,
      knowsPlate: false,
      alike: false,
      trackId: null,
      confidence: read.confidence,
      pending: verdict.reason === 'awaiting_better_read',
      firstReadAt: kind === 'upgrade' ? standing!.firstReadAt : this.#now,
      outcome: verdict.outcome,
      sessionId: (vehicle.stay ?? facts.session)?.id ?? null,
      sessionOpen: false,
      subscriptionId: null,
      decidedAt: this.#now,
      passageAt: null,
      command: null,
    }
  }

  /** The newest pass, if it is that of the vehicle that stands there. */
  get #standing() {
    return this.#pass?.of === this.#vehicle && this.#pass.passageAt === null ? this.#pass : null
  }

  #load(plateId: string): Facts {
    const [vehicle, pass] = [this.#vehicle, this.#pass]
    const open = pass?.of.opens.at(-1)
    const ofPass = pass && {
      ...pass,
      knowsPlate: pass.plateId === plateId,
      alike: pass.of === vehicle && pass.plateId !== plateId,
      sessionOpen: vehicle.stay?.id === pass.sessionId,
      command: open === undefined ? null : { id: open.id, state: this.#stateOf(open) },
    }
    return { ...this.#facts, pass: ofPass, session: vehicle.stay }
  }

  #stateOf({ outcome, expiresAt }: Open): 'live' | 'executed' | 'spent' {
    if (outcome === 'executed') return 'executed'
    return outcome === null && expiresAt > this.#now ? 'live' : 'spent'
  }

  #open() {
    const { opens } = this.#vehicle
    for (const open of opens) expect(this.#stateOf(open), 'one more open beside one that works').toBe('spent')
    opens.push({ id: `open ${this.#count}.${opens.length}`, expiresAt: later(this.#now, openLivesMs), outcome: null })
  }

  #nextVehicle(again?: Vehicle): Vehicle {
    this.#count += 1
    const name = again?.name ?? `vehicle ${this.#count}`
    const inside = { ...stay, id: `stay ${this.#count} of ${name}`, plateId: name }
    return { name, opens: [], admitted: false, stay: this.#facts.gate.direction === 'exit' ? inside : null }
  }
}

const stay: SessionFacts = {
  id: '',
  plateId: '',
  match: 'exact',
  tieBroken: false,
  openedAt: new Date('2026-03-10T09:00:00Z'),
  paidUntil: null,
  paidMinor: 0,
  adjustedMinor: 0,
  subscriptionId: null,
  coveredUntil: null,
  holdsPlace: true,
  holdsPoolPlace: false,
  needsReview: false,
  readAtEntrySince: false,
  readElsewhereSince: false,
  openQuote: null,
}

test.each(['entry', 'exit'] as const)(
  'at an %s a vehicle is let through once, and opened for again only when that failed',
  (direction) => {
    const steps = fc.array(anyStep, { minLength: 5, maxLength: 60, size: 'max' })
    const property = fc.property(anyFacts(direction), steps, (facts, steps) => {
      const gate = new Gate(facts)
      for (const step of steps) gate.do(step)
    })
    fc.assert(property, { numRuns: 500 })
  },
)
