import { type TariffBand, type TariffRules, weekdays } from '@turnpike/contracts/tariff.ts'
import type { SiteClock } from './site-clock.ts'

const minute = 60_000
const minutesADay = 24 * 60
const week = 7 * minutesADay * minute
/** A Monday, 00:00, as a local time. */
const someMonday = 4 * minutesADay * minute

/** What comes back every week, in minutes since Monday 00:00 and minutes of length, on the clock. */
export type Span = { start: number; length: number }

/** "20:00" to "06:00" is one span for each of its days, "fri 18:00" to "mon 06:00" is one a week. */
export function spansOf({ from, to, days }: Pick<TariffBand, 'from' | 'to' | 'days'>): Span[] {
  const a = parseTime(from)
  const b = parseTime(to)
  if (a.day !== null && b.day !== null) {
    const start = a.day * minutesADay + a.minutes
    return [{ start, length: lengthUntil(start, b.day * minutesADay + b.minutes, 7 * minutesADay) }]
  }
  const length = lengthUntil(a.minutes, b.minutes, minutesADay)
  const starts = weekdays.flatMap((day, i) =>
    days === null || days.includes(day) ? [i * minutesADay + a.minutes] : [],
  )
  return starts.map((start) => ({ start, length }))
}

// Ends that are not after the start are those of the day, or the week, after.
const lengthUntil = (start: number, end: number, around: number) => (end > start ? end - start : end - start + around)

function parseTime(text: string): { day: number | null; minutes: number } {
  const [clock, day] = text.split(' ').reverse() as [string, string?]
  const [hours, minutes] = clock.split(':').map(Number) as [number, number]
  return { day: day === undefined ? null : (weekdays as readonly string[]).indexOf(day), minutes: hours * 60 + minutes }
}

/** Walks through the windows that spans make on a site's clock, forwards: the one that `at` is in, or else the next one. */
export class Windows implements Days {
  readonly #spans: Span[]
  readonly #clock: SiteClock
  #monday: number
  #next = 0
  /** Counts the windows, so that two of them are told apart. */
  ordinal = -1
  start = Number.NEGATIVE_INFINITY
  end = Number.NEGATIVE_INFINITY

  constructor(spans: Span[], clock: SiteClock, at: number) {
    this.#spans = spans
    this.#clock = clock
    // A window of last week may still be open.
    this.#monday = Math.floor((clock.localAt(at) - someMonday) / week) * week + someMonday - week
    this.moveTo(at)
  }

  moveTo(at: number) {
    while (this.end <= at) {
      const { start, length } = this.#spans[this.#next]!
      this.start = this.#clock.firstAt(this.#monday + start * minute)
      this.end = this.#clock.firstAt(this.#monday + (start + length) * minute)
      this.ordinal++
      this.#next = (this.#next + 1) % this.#spans.length
      if (this.#next === 0) this.#monday += week
    }
  }
}

/** The days of a stay, one after the other without a gap: the present one's number and end. */
export type Days = { ordinal: number; end: number; moveTo(at: number): void }

/** Days by the clock, every 24 hours from the entry, or the whole stay as one. */
export function daysOf(day: TariffRules['day'], clock: SiteClock, from: number): Days {
  if (day === null) return { ordinal: 0, end: Number.POSITIVE_INFINITY, moveTo() {} }
  if (day.period === 'calendar')
    return new Windows(spansOf({ from: day.startsAt, to: day.startsAt, days: null }), clock, from)
  const length = minutesADay * minute
  return {
    ordinal: 0,
    end: from + length,
    moveTo(at) {
      this.ordinal = Math.floor((at - from) / length)
      this.end = from + (this.ordinal + 1) * length
    },
  }
}
