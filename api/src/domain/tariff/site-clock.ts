import { Temporal } from 'temporal-polyfill'

/** A time between two changes of the clock: from `start` to before `end` the clock is `offset` ahead of UTC. All in ms. */
type Stretch = { start: number; end: number; offset: number }

/** The longest that something begun before a stay may reach into it: a band of a whole week, and the day it begins on. */
const marginMs = 15 * 24 * 3_600_000

/**
 * What the clock on the wall of a site shows around a stay. A "local" time is what it shows, as ms since 1970-01-01 00:00 on
 * that clock; instants are ms since the epoch. When the clock is put forward some local times never occur, put back they occur
 * twice.
 */
export class SiteClock {
  readonly #stretches: Stretch[] = []

  /** @throws RangeError when there is no such time zone. */
  constructor(timeZone: string, from: number, to: number) {
    let at = Temporal.Instant.fromEpochMilliseconds(from - marginMs).toZonedDateTimeISO(timeZone)
    let start = Number.NEGATIVE_INFINITY
    for (;;) {
      const next = at.epochMilliseconds > to + marginMs ? null : (at.getTimeZoneTransition('next') ?? null)
      const end = next?.epochMilliseconds ?? Number.POSITIVE_INFINITY
      this.#stretches.push({ start, end, offset: at.offsetNanoseconds / 1_000_000 })
      if (next === null) return
      at = next
      start = end
    }
  }

  localAt(instant: number): number {
    return instant + this.#stretches.find(({ end }) => instant < end)!.offset
  }

  /**
   * When the clock first shows `local` or later: the first of two when it occurs twice, the moment of the change when it never
   * does.
   */
  firstAt(local: number): number {
    const { start, offset } = this.#stretches.find(({ end, offset }) => local < end + offset)!
    return Math.max(start, local - offset)
  }

  /** The first instant from `from` on at which an increment of `ms` by the clock begins; `ms` must divide a day. */
  nextMultiple(ms: number, from: number): number {
    for (const [index, { start, end, offset }] of this.#stretches.entries()) {
      if (from >= end) continue
      const at = Math.max(from, start)
      if (at === start && this.#skipsMultiple(ms, index)) return at
      const found = this.#multiplesBefore(ms, index, at) * ms - offset
      if (found < end) return found
    }
    throw new RangeError('the last stretch has no end')
  }

  /** How many increments of `ms` by the clock begin from `from` to before `to`; `ms` must divide a day. */
  countMultiples(ms: number, from: number, to: number): number {
    let count = 0
    for (const [index, { start, end, offset }] of this.#stretches.entries()) {
      if (end <= from || start >= to) continue
      const [first, last] = [Math.max(from, start), Math.min(to, end)]
      count += this.#multiplesBefore(ms, index, last) - this.#multiplesBefore(ms, index, first)
      if (first === start && this.#skipsMultiple(ms, index) && (start + offset) % ms !== 0) count += 1
    }
    return count
  }

  /** Whether a multiple of `ms` is never shown because of the change that this stretch begins with: it counts at the change. */
  #skipsMultiple(ms: number, index: number): boolean {
    const { start, offset } = this.#stretches[index]!
    return Math.ceil(this.#shownUntil(index) / ms) * ms < start + offset
  }

  /** Of what is shown a second time only increments that are no longer than that begin again: longer ones go on. */
  #multiplesBefore(ms: number, index: number, instant: number): number {
    const { start, offset } = this.#stretches[index]!
    const shown = this.#shownUntil(index)
    return Math.ceil((shown - start - offset < ms ? Math.max(instant + offset, shown) : instant + offset) / ms)
  }

  /** What the clock would have shown at the beginning of a stretch without the change. */
  #shownUntil(index: number): number {
    const { start, offset } = this.#stretches[index]!
    return start + (this.#stretches[index - 1]?.offset ?? offset)
  }
}
