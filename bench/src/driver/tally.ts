import type { Fleet, PlannedRead } from './fleet.ts'
import type { Sent, Target } from './target.ts'

/** What became of the reads of one measurement besides their time. */
export type Outcomes = {
  /** Times that an event had to be sent again. */
  again: number
  /** Reads that were decided without Postgres. */
  byPolicy: number
  /** What was wrong with answers, each kind of it once, with how often. */
  problems: string[]
}

/** Sends reads, and keeps count of what comes of them. */
export class Tally {
  readonly #target: Target
  readonly #fleet: Fleet
  readonly #problems = new Map<string, number>()
  #again = 0
  #byPolicy = 0

  constructor(target: Target, fleet: Fleet) {
    this.#target = target
    this.#fleet = fleet
  }

  async send(read: PlannedRead) {
    const sent = await this.#target.send(read)
    this.#sent(read, sent)
  }

  #sent(read: PlannedRead, { again, byPolicy = false, problem }: Sent) {
    this.#again += again
    if (byPolicy) this.#byPolicy += 1
    if (byPolicy || problem !== undefined) this.#fleet.lost(read)
    else this.#fleet.answered(read)
    if (problem !== undefined) this.note(`${read.kind}: ${problem}`)
  }

  note(text: string) {
    this.#problems.set(text, (this.#problems.get(text) ?? 0) + 1)
  }

  get outcomes(): Outcomes {
    return {
      again: this.#again,
      byPolicy: this.#byPolicy,
      problems: [...this.#problems].map(([text, count]) => `${count} × ${text}`),
    }
  }
}
