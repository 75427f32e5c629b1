/** The same work for everybody who asks: one run at a time, whose outcome counts for `milliseconds` after it ended. */
export function askOnce<T>(milliseconds: number, work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined
  let until = Number.POSITIVE_INFINITY
  return () => {
    if (outcome !== undefined && performance.now() < until) return outcome
    until = Number.POSITIVE_INFINITY
    outcome = work().finally(() => {
      until = performance.now() + milliseconds
    })
    return outcome
  }
}
