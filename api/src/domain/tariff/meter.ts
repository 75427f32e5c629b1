import type { TariffRules } from '@turnpike/contracts/tariff.ts'
import { Cap, Ledger } from './ledger.ts'
import { type Charge, RunningRate } from './running-rate.ts'
import type { SiteClock } from './site-clock.ts'
import { type Days, daysOf, spansOf, Windows } from './windows.ts'

/**
 * The meter of a stay. Whenever the time that was bought is over it buys more, by the rate that applies at that moment; what was
 * bought is used up first, even where another rate has begun. Caps make purchases cheaper and never later. So what the meter shows
 * depends on nothing that is still to come: it is the same for whoever leaves now or later, and it only grows.
 */
export class Meter {
  readonly #clock: SiteClock
  readonly #bands: { rate: RunningRate; windows: Windows }[]
  readonly #otherwise: RunningRate
  readonly #days: Days
  readonly #dayCap: Cap
  readonly #stayCap: Cap
  /** What was charged in the stay, in its present day, and in the present stretch of one rate within that day. */
  readonly #stay = new Ledger()
  readonly #day = new Ledger()
  readonly #stretch = new Ledger()
  #current: RunningRate

  /** Begins a stay at `from`; `stayCapMinor` is the most it may cost. */
  constructor(rules: TariffRules, stayCapMinor: number, clock: SiteClock, from: number) {
    this.#clock = clock
    this.#bands = rules.bands.map((band) => ({
      rate: new RunningRate(band.rate, { name: band.name, from: band.from, to: band.to }),
      windows: new Windows(spansOf(band), clock, from),
    }))
    this.#otherwise = new RunningRate(rules.rate, null)
    this.#current = this.#otherwise
    this.#days = daysOf(rules.day, clock, from)
    const dayCapMinor = rules.day?.capMinor ?? null
    this.#dayCap = new Cap(dayCapMinor, (capMinor, count) => ({ code: 'day_cap', params: { count, capMinor } }))
    this.#stayCap = new Cap(stayCapMinor, (capMinor) => ({ code: 'stay_cap', params: { capMinor } }))
  }

  /** Buys time from `from` until it lasts to `to`, and tells what for: whatever begins before `to` is paid for. */
  run(from: number, to: number): Ledger {
    let at = from
    while (at < to && !this.#stayCap.reached) {
      if (at >= this.#days.end) this.#endDay(at)
      const { rate, window, until } = this.#rateAt(at)
      if (rate !== this.#current || window !== rate.window) this.#endStretch()
      rate.enter(window)
      this.#current = rate
      at = this.#buy(rate, at, Math.min(until, this.#days.end, to))
    }
    this.#endDay(at)
    const result = new Ledger()
    this.#stay.moveTo(result, this.#stayCap)
    return result
  }

  /** The rate that applies at `at`, in which of its windows, and until when no other can apply. */
  #rateAt(at: number): { rate: RunningRate; window: number; until: number } {
    let until = Number.POSITIVE_INFINITY
    for (const { rate, windows } of this.#bands) {
      windows.moveTo(at)
      if (windows.start <= at) return { rate, window: windows.ordinal, until: Math.min(until, windows.end) }
      until = Math.min(until, windows.start)
    }
    return { rate: this.#otherwise, window: this.#days.ordinal, until }
  }

  #buy(rate: RunningRate, from: number, until: number): number {
    let at = from
    while (at < until) {
      const charge = rate.next(at, until, this.#clock)
      if (charge === null) return until
      this.#charge(rate, charge)
      at = charge.until
    }
    return at
  }

  #charge(rate: RunningRate, { item, count, unitMinor }: Charge) {
    // The narrowest cap comes first: where several leave as little, it is the one to name.
    const caps = [rate.cap, this.#dayCap, this.#stayCap]
    let payMinor = count * unitMinor
    let reached: Cap | null = null
    for (const cap of caps) {
      if (cap.leftMinor >= payMinor) continue
      payMinor = cap.leftMinor
      reached = cap
    }
    if (reached !== null) reached.reached = true
    for (const cap of caps) cap.leftMinor -= payMinor
    this.#stretch.add(item, count, payMinor)
  }

  #endStretch() {
    this.#stretch.moveTo(this.#day, this.#current.cap)
    this.#current.cap.reached = false
  }

  #endDay(at: number) {
    this.#endStretch()
    this.#day.moveTo(this.#stay, this.#dayCap)
    this.#dayCap.renew()
    this.#days.moveTo(at)
  }
}
