/**
 * How long to wait before try number `attempt` (0 is the first repeat), in ms: doubled each time up to `maxMs`, and a random part
 * of it, so that a restarted server is not met by every console at once.
 */
export function backoffMs(attempt: number, limits = { minMs: 500, maxMs: 15_000 }): number {
  const ceiling = Math.min(limits.maxMs, limits.minMs * 2 ** Math.min(attempt, 20))
  return ceiling / 2 + Math.random() * (ceiling / 2)
}

/** Waits, but no longer than until the browser says that the network is back or the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      globalThis.removeEventListener?.('online', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    globalThis.addEventListener?.('online', done)
    if (signal.aborted) done()
  })
}
