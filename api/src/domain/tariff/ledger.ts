import type { QuoteLineDetail } from '@turnpike/contracts/quote.ts'

/** What is charged for. Charges of one and the same item are counted together. */
export type Item = (count: number) => QuoteLineDetail

/** Adds up charges, item by item in the order of their first charge. */
export class Ledger {
  readonly #entries = new Map<Item, { count: number; amountMinor: number }>()
  #totalMinor = 0

  add(item: Item, count: number, amountMinor: number) {
    this.#totalMinor += amountMinor
    const entry = this.#entries.get(item)
    if (entry === undefined) this.#entries.set(item, { count, amountMinor })
    else {
      entry.count += count
      entry.amountMinor += amountMinor
    }
  }

  /** Moves everything into another ledger: as it is, or where a cap was reached as the one item that says so. */
  moveTo(other: Ledger, cap: Cap) {
    if (cap.reached) other.add(cap.item, cap.named ? 0 : 1, this.#totalMinor)
    else for (const [item, { count, amountMinor }] of this.#entries) other.add(item, count, amountMinor)
    if (cap.reached) cap.named = true
    this.#entries.clear()
    this.#totalMinor = 0
  }

  details(): { detail: QuoteLineDetail; amountMinor: number }[] {
    return [...this.#entries].map(([item, { count, amountMinor }]) => ({ detail: item(count), amountMinor }))
  }
}

/** The most that some charges may add up to. */
export class Cap {
  readonly item: Item
  readonly #minor: number
  leftMinor: number
  /** Whether it made something cheaper. */
  reached = false
  /** Whether a line says so already: it is counted once, however many lines it takes. */
  named = false

  /** @param minor null: there is none */
  constructor(minor: number | null, item: (capMinor: number, count: number) => QuoteLineDetail) {
    this.#minor = minor ?? Number.POSITIVE_INFINITY
    this.leftMinor = this.#minor
    this.item = (count) => item(this.#minor, count)
  }

  renew() {
    this.leftMinor = this.#minor
    this.reached = false
    this.named = false
  }
}
