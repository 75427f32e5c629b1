export type FewAtOnce = {
  run<T>(work: () => Promise<T>): Promise<T>
  /** How many works have not begun yet. */
  waiting(): number
}

/**
 * Runs no more works at once than `most` says; the others begin in the order in which they came. A work that takes longer than `forMs`
 * goes on, but leaves its place to the next one: it waits for something that another one beside it does not make slower.
 */
export function fewAtOnce(most: () => number, forMs?: number): FewAtOnce {
  let taken = 0
  const waiting: (() => void)[] = []

  function beginNext() {
    while (waiting.length > 0 && taken < most()) {
      taken += 1
      waiting.shift()!()
    }
  }

  return {
    async run(work) {
      if (waiting.length === 0 && taken < most()) taken += 1
      else
        await new Promise<void>((begin) => {
          waiting.push(begin)
          beginNext()
        })
      let has = true
      const leaveOnce = () => {
        if (!has) return
        has = false
        taken -= 1
        beginNext()
      }
      const timer = forMs === undefined ? undefined : setTimeout(leaveOnce, forMs)
      try {
        return await work()
      } finally {
        clearTimeout(timer)
        leaveOnce()
      }
    },
    waiting: () => waiting.length,
  }
}
