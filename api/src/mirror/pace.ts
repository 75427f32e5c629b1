/** An answer later than this, and than three times the fastest ever, shows that Firestore has more to do than it can. */
const lateMs = 100
const most = 200
const least = 10

/**
 * How many documents may be under way at once: half as many where most answers come late, more again where they come in time. What
 * waits for its turn in Postgres is replaced by what is newer; what Firestore has been given is written and told to every screen
 * however old it gets.
 */
export function createPace() {
  let fastestMs = Number.POSITIVE_INFINITY
  let limit = most
  return {
    get limit() {
      return limit
    },
    /** Takes how long the answers took that came since the last call. */
    heard(answersMs: number[]) {
      if (answersMs.length === 0) return
      const inOrder = answersMs.toSorted((a, b) => a - b)
      fastestMs = Math.min(fastestMs, inOrder[0]!)
      const isLate = inOrder[Math.floor(inOrder.length / 2)]! > Math.max(lateMs, 3 * fastestMs)
      limit = isLate ? Math.max(Math.floor(limit / 2), least) : Math.min(limit + Math.ceil(limit / 4), most)
    },
  }
}
