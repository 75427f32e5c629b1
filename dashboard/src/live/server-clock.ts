/**
 * How far this machine's clock is ahead of the server's, learned from documents as they arrive: a document cannot arrive before it
 * was written, so the smallest difference ever seen is the clocks' own, the rest is delay. A booth's computer that is minutes off
 * would otherwise show every age wrong.
 */
export class ServerClock {
  #aheadMs: number | undefined
  #lag: { ms: number; at: number } | undefined

  /** Takes a change that arrived at `receivedAtMs` (this clock) and was written at `updatedAt` (the server's). */
  observe(updatedAt: string, receivedAtMs: number, fresh: boolean): void {
    const difference = receivedAtMs - new Date(updatedAt).getTime()
    // The first set may be hours old; it can still prove that this clock is behind.
    if (fresh || difference < 0) this.#aheadMs = Math.min(this.#aheadMs ?? difference, difference)
    if (fresh) this.#lag = { ms: difference - (this.#aheadMs ?? 0), at: receivedAtMs }
  }

  /** The server's time, as well as it is known. */
  now(localMs: number): number {
    return localMs - (this.#aheadMs ?? 0)
  }

  /** How late the newest change arrived, in ms; 0 when none came in the last ten seconds, or on time. */
  lagMs(localMs: number): number {
    if (!this.#lag || localMs - this.#lag.at > 10_000) return 0
    return this.#lag.ms
  }
}
