export type Reply = { status: number; body: unknown; headers: Record<string, string> }

/** Requests that are not done yet: whoever sends one again meanwhile, with the same key, is told so. */
export class InProgress {
  readonly #keys = new Set<string>()
  readonly #told: Reply

  constructor(told: Reply) {
    this.#told = told
  }

  async once(key: string | undefined, work: () => Promise<Reply>): Promise<Reply> {
    if (key === undefined) return work()
    if (this.#keys.has(key)) return this.#told
    this.#keys.add(key)
    try {
      return await work()
    } finally {
      this.#keys.delete(key)
    }
  }
}
