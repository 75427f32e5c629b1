import type { QuoteLineDetail } from '@turnpike/contracts/quote.ts'
import type { TariffRate } from '@turnpike/contracts/tariff.ts'
import { Cap, type Item } from './ledger.ts'
import type { SiteClock } from './site-clock.ts'

const minute = 60_000

type Band = { name: string; from: string; to: string } | null
type Steps = Extract<TariffRate, { kind: 'steps' }>

/** `count` units at `unitMinor` that buy time up to `until`. */
export type Charge = { item: Item; count: number; unitMinor: number; until: number }

/** A rate at work, and how far it has got in the present window of its band (`null`: outside all bands). */
export class RunningRate {
  readonly cap: Cap
  readonly #rate: TariffRate
  readonly #items: Item[]
  window = -1
  #charged = 0

  constructor(rate: TariffRate, band: Band) {
    this.#rate = rate
    this.#items = rate.kind === 'flat' ? [flatItem(rate.amountMinor, band)] : stepItems(rate, band)
    const capMinor = rate.kind === 'flat' ? null : rate.capMinor
    this.cap = new Cap(capMinor, (capMinor, count) => ({ code: 'band_cap', params: { count, capMinor, band } }))
  }

  /** In each window steps and cap begin anew. Interrupted by another band, a window goes on where it was. */
  enter(window: number) {
    if (window === this.window) return
    this.window = window
    this.#charged = 0
    this.cap.renew()
  }

  /** What is due at `at`, when nothing else can apply before `until`; null: a flat price that was charged before. */
  next(at: number, until: number, clock: SiteClock): Charge | null {
    const rate = this.#rate
    const index = this.#charged++
    if (rate.kind === 'flat')
      return index > 0 ? null : { item: this.#items[0]!, count: 1, unitMinor: rate.amountMinor, until }
    const repeats = index >= rate.steps.length - 1
    const step = rate.steps[repeats ? rate.steps.length - 1 : index]!
    const lasts = step.minutes * minute
    const item = this.#items[Math.min(index, this.#items.length - 1)]!
    const unitMinor = step.amountMinor
    // The last step repeats: all of them that begin before `until` at once.
    if (rate.period === 'rolling') {
      const count = repeats ? Math.ceil((until - at) / lasts) : 1
      return { item, count, unitMinor, until: at + count * lasts }
    }
    const count = repeats ? 1 + clock.countMultiples(lasts, at + 1, until) : 1
    return { item, count, unitMinor, until: clock.nextMultiple(lasts, repeats ? until : at + 1) }
  }
}

function flatItem(unitMinor: number, band: Band): Item {
  return (count) => ({ code: 'flat', params: { count, unitMinor, band } })
}

/** Steps of equal length and price share an item, so that they are counted together. */
function stepItems({ steps, period }: Steps, band: Band): Item[] {
  const byTheClock = period === 'calendar'
  const items = new Map<string, Item>()
  return steps.map(({ minutes, amountMinor: unitMinor }) => {
    const key = `${minutes} ${unitMinor}`
    const item: Item = (count) => {
      const params = { count, minutes, byTheClock, unitMinor, band }
      return { code: 'increments', params } satisfies QuoteLineDetail
    }
    if (!items.has(key)) items.set(key, item)
    return items.get(key)!
  })
}
