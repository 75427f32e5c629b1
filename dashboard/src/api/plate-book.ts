type Asked = { id: string; plate: string | null; plateRaw: string | null }
type Ask = (decisionIds: string[]) => Promise<Asked[]>

/** As many as one request may name. */
const batchSize = 200
/** Reads of one moment are asked for together, and no screen asks more than three times a second. */
const collectMs = 300
const retryMs = 10_000
/** A wall of lanes shows 200; what was there before is kept for a while, for cards that come back. */
const mostKept = 2_000

/**
 * Full plates of decisions, asked for in batches when a screen wants them. That they were seen is recorded by the API, so nothing is
 * asked for twice, or before it is shown.
 */
export class PlateBook {
  readonly #ask: Ask
  readonly #plates = new Map<string, string | null>()
  readonly #wanted = new Set<string>()
  readonly #listeners = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ask: Ask) {
    this.#ask = ask
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The plate as the camera wrote it; null once erased, undefined while it is not known. */
  get(decisionId: string): string | null | undefined {
    return this.#plates.get(decisionId)
  }

  want(decisionId: string): void {
    if (this.#plates.has(decisionId)) return
    this.#wanted.add(decisionId)
    this.#timer ??= setTimeout(() => this.#send(), collectMs)
  }

  /** It has gone from the screen before it was asked for. */
  leave(decisionId: string): void {
    this.#wanted.delete(decisionId)
  }

  async #send(): Promise<void> {
    const ids = [...this.#wanted].slice(-batchSize)
    for (const id of ids) this.#wanted.delete(id)
    const answer = ids.length === 0 ? [] : await this.#ask(ids).catch(() => undefined)
    for (const id of answer === undefined ? ids : []) this.#wanted.add(id)
    for (const { id, plate, plateRaw } of answer ?? []) this.#plates.set(id, plateRaw ?? plate)
    for (const id of [...this.#plates.keys()].slice(0, Math.max(0, this.#plates.size - mostKept)))
      this.#plates.delete(id)
    const more = this.#wanted.size > 0
    this.#timer = more ? setTimeout(() => this.#send(), answer === undefined ? retryMs : collectMs) : undefined
    for (const listener of [...this.#listeners]) listener()
  }
}
