const everyMs = 1_000

/** Passes on one call a second at most, with how often it was called since the last that it passed on. */
export function seldom<Args extends unknown[]>(tell: (times: number, ...args: Args) => void): (...args: Args) => void {
  let told = Number.NEGATIVE_INFINITY
  let times = 0
  return (...args) => {
    times += 1
    if (performance.now() - told < everyMs) return
    told = performance.now()
    tell(times, ...args)
    times = 0
  }
}
