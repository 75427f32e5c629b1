import { type TariffRules, weekdays } from '@turnpike/contracts/tariff.ts'

/*
 * The language of tariffs read out word by word: a meter that looks at the clock every five minutes. Slow, with nothing clever in
 * it, and with time zones from `Intl`. What the real one computes in long strides must come out the same.
 */

const tick = 5 * 60_000
const day = 24 * 3_600_000

/** What the clock on the wall shows every five minutes, for some weeks around a month. */
export class WallClock {
  readonly begin: number
  /** As if what it shows were UTC. */
  readonly shown: number[]

  constructor(timeZone: string, begin: Date, days: number) {
    this.begin = begin.getTime()
    const format = wallFormat(timeZone)
    this.shown = Array.from({ length: (days * day) / tick }, (_, i) => wallTime(format, this.begin + i * tick))
  }

  at = (instant: number) => this.shown[(instant - this.begin) / tick]!
  /** When it first shows `local` or later. */
  first = (local: number) => this.begin + this.shown.findIndex((shown) => shown >= local) * tick

  /** Whether an increment of this length by the clock begins at `instant`. */
  beginsIncrement(length: number, instant: number): boolean {
    const readings = this.#readings(length)
    const index = (instant - this.begin) / tick
    const [before, now] = [readings[index - 1]!, readings[index]!]
    // Forwards a border may be jumped over, backwards it must be shown.
    return now < before ? now % length === 0 : Math.floor(now / length) > Math.floor(before / length)
  }

  /** What counts of what it shows: for whoever counts in more than is shown twice, the second time it stands still. */
  #readings(length: number): number[] {
    const known = this.#known.get(length)
    if (known !== undefined) return known
    let [highest, before, shownTwice] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
    const readings = this.shown.map((shown) => {
      if (shown < before) shownTwice = before + tick - shown
      before = shown
      highest = Math.max(highest, shown)
      return length > shownTwice ? highest : shown
    })
    this.#known.set(length, readings)
    return readings
  }

  readonly #known = new Map<number, number[]>()
}

export function wallFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}

export function wallTime(format: Intl.DateTimeFormat, instant: number): number {
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const { year, month, day, hour, minute, second } = parts as Record<string, number>
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
}

type Window = { key: string; start: number; end: number }

/** The sum of a stay before VAT. */
export function sumByTheWatch(rules: TariffRules, clock: WallClock, from: number, to: number): number {
  if (to - from <= rules.entryGraceMinutes * 60_000) return 0
  const windows = rules.bands.map((band, i) => windowsOf(band, `band ${i}`, clock, from, to))
  const { day: days } = rules
  const calendarDays =
    days?.period === 'calendar'
      ? windowsOf({ from: days.startsAt, to: days.startsAt, days: null }, 'day', clock, from, to)
      : []
  const paid = new Map<string, number>()
  const bought = new Map<string, number>()
  let lastsUntil = from + rules.freeMinutes * 60_000

  for (let at = from; at < to - rules.exitGraceMinutes * 60_000; at += tick) {
    if (at < lastsUntil) continue
    const dayKey =
      days === null
        ? 'day'
        : days.period === 'rolling'
          ? `day ${Math.floor((at - from) / day)}`
          : within(calendarDays, at)!.key
    const band = windows.findIndex((of) => within(of, at) !== undefined)
    const rate = band < 0 ? rules.rate : rules.bands[band]!.rate
    const window = band < 0 ? `otherwise ${dayKey}` : within(windows[band]!, at)!.key
    const nth = bought.get(window) ?? 0
    if (rate.kind === 'flat' && nth > 0) continue
    const step = rate.kind === 'flat' ? undefined : rate.steps[Math.min(nth, rate.steps.length - 1)]!
    const due = rate.kind === 'flat' ? rate.amountMinor : step!.amountMinor
    bought.set(window, nth + 1)
    if (rate.kind === 'steps') lastsUntil = lasts(at, step!.minutes * 60_000, rate.period, clock)

    const caps: [string, number | null][] = [
      [window, rate.kind === 'steps' ? rate.capMinor : null],
      [dayKey, days?.capMinor ?? null],
      ['stay', rules.stayCapMinor],
    ]
    const pay = Math.min(due, ...caps.map(([of, cap]) => (cap ?? 1_000_000_000) - (paid.get(of) ?? 0)))
    for (const [of] of caps) paid.set(of, (paid.get(of) ?? 0) + pay)
  }
  return paid.get('stay') ?? 0
}

function lasts(at: number, length: number, period: 'rolling' | 'calendar', clock: WallClock): number {
  if (period === 'rolling') return at + length
  let until = at + tick
  while (!clock.beginsIncrement(length, until)) until += tick
  return until
}

const within = (windows: Window[], at: number) => windows.find(({ start, end }) => start <= at && at < end)

/** All windows of a band that may touch a stay. */
function windowsOf(
  band: { from: string; to: string; days: readonly string[] | null },
  name: string,
  clock: WallClock,
  from: number,
  to: number,
): Window[] {
  const found: Window[] = []
  const today = Math.floor(clock.at(from) / day) * day
  for (let date = today - 9 * day; date <= clock.at(to) + day; date += day) {
    const weekday = weekdays[(new Date(date).getUTCDay() + 6) % 7]!
    const [start, end] = [band.from, band.to].map((text) => {
      const [hours, minutes] = text.split(' ').at(-1)!.split(':').map(Number)
      return (hours! * 60 + minutes!) * 60_000
    }) as [number, number]
    const [startDay, endDay] = [band.from, band.to].map((text) => text.split(' ').at(-2))
    if (startDay !== undefined ? weekday !== startDay : band.days !== null && !band.days.includes(weekday)) continue
    let endDate = date
    if (endDay !== undefined) while (weekdays[(new Date(endDate).getUTCDay() + 6) % 7] !== endDay) endDate += day
    if (endDate + end <= date + start) endDate += endDay === undefined ? day : 7 * day
    found.push({ key: `${name} ${date}`, start: clock.first(date + start), end: clock.first(endDate + end) })
  }
  return found
}
