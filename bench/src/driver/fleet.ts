import { areAlike } from '@turnpike/api/domain/look-alike.ts'
import { type Plate, toPlate } from '@turnpike/api/domain/plate.ts'
import type { Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import { type DecidedKind, mix, type ReadKind, verdicts } from './mix.ts'
import type { Queue } from './queue.ts'
import { type Random, shuffle } from './random.ts'

export type Camera = { id: string; key: string; siteId: string; direction: 'entry' | 'exit' }
export type PlannedRead = {
  /** Which one it is in the order of all. */
  number: number
  kind: ReadKind
  camera: Camera
  plate: Plate
  eventId: string
  /** Puts the vehicle where it is once it was answered. */
  arrives: () => void
  /** What must be answered. `opens` is null where it depends on what has happened at the gate since. */
  expects: { outcome: Outcome; reason: ReasonCode; duplicate: boolean; opens: boolean | null }
}

/** Who may come and who may go, by site. */
export type Vehicles = {
  visitors: Queue<string>
  newcomers: Queue<string>
  blacklisted: Queue<string>
  subscribers: Map<string, Queue<string>>
  inside: Map<string, { subscribers: Queue<string>; paid: Queue<string>; owing: Queue<string> }>
}

/**
 * Says which vehicle comes next, and remembers where all of them are. Gates take turns, so that no gate gets a vehicle before the
 * one before it was answered: real lanes are one car long.
 */
export class Fleet {
  readonly #random: Random
  readonly #vehicles: Vehicles
  readonly #gates: Record<'entry' | 'exit', { camera: Camera; last: Plate | undefined }[]>
  readonly #turn = { entry: 0, exit: 0 }
  readonly #asked: { siteId: string; plate: string }[] = []
  readonly #name: string
  readonly #lost = new Set<string>()
  #answered: PlannedRead[] = []
  #block: ReadKind[] = []
  #count = 0
  #events = 0

  constructor(cameras: Camera[], vehicles: Vehicles, random: Random, name: string) {
    this.#random = random
    this.#vehicles = vehicles
    this.#name = name
    const of = (direction: Camera['direction']) =>
      shuffle(
        cameras.filter((camera) => camera.direction === direction),
        random,
      ).map((camera) => ({ camera, last: undefined }))
    this.#gates = { entry: of('entry'), exit: of('exit') }
  }

  /** The next read of the mix. */
  next(): PlannedRead {
    if (this.#block.length === 0) this.#block = shuffledBlock(this.#random)
    return this.nextOf(this.#block.pop()!)
  }

  /** The next read of one kind. Where nobody has been there of whom a further read could be, a visitor comes instead. */
  nextOf(kind: ReadKind): PlannedRead {
    this.#count += 1
    if (isDecided(kind)) return this.#vehicle(kind)
    const last = this.#answered.pop()
    if (last === undefined || this.#count - last.number > this.#mostReadsBetween) return this.#vehicle('visitor_enters')
    return kind === 'read_again' ? this.again(last) : repeated(last)
  }

  /** Tells that a read has its answer: from now on its vehicle may be read again, and come again. */
  answered(read: PlannedRead) {
    if (!isDecided(read.kind)) return
    this.#answered = [...this.#answered.slice(-8), read]
    read.arrives()
  }

  /** Tells that nobody knows where the vehicle of a read is now: it does not come again. */
  lost(read: PlannedRead) {
    this.#lost.add(read.plate.raw)
  }

  /** One more read of the vehicle that `read` is of. */
  again(read: PlannedRead): PlannedRead {
    return { ...read, kind: 'read_again', eventId: this.#eventId(), expects: { ...read.expects, opens: false } }
  }

  /** The read with one more that comes while it is being decided: either may be the one that opens. */
  twins(read: PlannedRead): [PlannedRead, PlannedRead] {
    const expects = { ...read.expects, opens: null }
    return [
      { ...read, expects },
      { ...this.again(read), expects },
    ]
  }

  /** Whoever was asked to pay has paid: they may leave now. */
  settle() {
    this.#answered = [] // what they would be answered now is another thing
    for (const { siteId, plate } of this.#asked.splice(0)) this.#vehicles.inside.get(siteId)!.paid.push(plate)
  }

  /** After more of them the next vehicle may have come to the gate. */
  get #mostReadsBetween() {
    return (this.#gates.entry.length + this.#gates.exit.length) / 4
  }

  #vehicle(kind: DecidedKind): PlannedRead {
    const direction = kind.endsWith('_leaves') || kind === 'owing_asked' ? 'exit' : 'entry'
    const gates = this.#gates[direction]
    for (let tries = 0; tries < gates.length; tries += 1) {
      const gate = gates[this.#turn[direction]++ % gates.length]!
      const taken = this.#take(kind, gate.camera.siteId, gate.last)
      if (taken === undefined) continue
      gate.last = taken.plate
      const verdict = verdicts[kind]
      const expects = { ...verdict, duplicate: false, opens: verdict.outcome === 'ALLOW' }
      return { number: this.#count, kind, camera: gate.camera, ...taken, eventId: this.#eventId(), expects }
    }
    throw new Error(`No vehicle is left for "${kind}": measure for a shorter time, or with more vehicles.`)
  }

  /** Takes a vehicle from where it is; it is where it will be once it was answered. Undefined: this site has none, or it looks like the one before. */
  #take(
    kind: DecidedKind,
    siteId: string,
    last: Plate | undefined,
  ): Pick<PlannedRead, 'plate' | 'arrives'> | undefined {
    const { from, to } = this.#wayOf(kind, siteId)
    while (from.first !== undefined && this.#lost.has(from.first)) from.shift()
    const text = from.first
    if (text === undefined) return undefined
    const plate = toPlate(text)!
    if (last !== undefined && areAlike(last, plate)) return undefined
    from.shift()
    const arrives = () => (to === undefined ? this.#asked.push({ siteId, plate: text }) : to.push(text))
    return { plate, arrives }
  }

  #wayOf(kind: DecidedKind, siteId: string): { from: Queue<string>; to?: Queue<string> } {
    const { visitors, newcomers, blacklisted, subscribers, inside } = this.#vehicles
    const here = inside.get(siteId)!
    switch (kind) {
      case 'visitor_enters':
        return { from: visitors, to: here.owing }
      case 'new_plate_enters':
        return { from: newcomers, to: here.owing }
      case 'subscriber_enters':
        return { from: subscribers.get(siteId)!, to: here.subscribers }
      case 'blacklisted_refused':
        return { from: blacklisted, to: blacklisted }
      case 'subscriber_leaves':
        return { from: here.subscribers, to: subscribers.get(siteId)! }
      case 'paid_leaves':
        return { from: here.paid, to: visitors }
      case 'owing_asked':
        return { from: here.owing }
    }
  }

  #eventId(): string {
    this.#events += 1
    return `${this.#name}-${this.#events}`
  }
}

/** The same event, posted again. */
function repeated(read: PlannedRead): PlannedRead {
  return { ...read, kind: 'event_repeated', expects: { ...read.expects, duplicate: true, opens: null } }
}

export function isDecided(kind: ReadKind): kind is DecidedKind {
  return kind in verdicts
}

function shuffledBlock(random: Random): ReadKind[] {
  return shuffle(
    (Object.entries(mix) as [ReadKind, number][]).flatMap(([kind, count]) => Array<ReadKind>(count).fill(kind)),
    random,
  )
}
