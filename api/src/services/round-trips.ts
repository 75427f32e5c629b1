export type RoundTrips = {
  /** How long a look-up took, in milliseconds. */
  note(lookUpMs: number): void
  /** How many decisions have to be under way for so many to be at work in Postgres, and not on the way to it. */
  toKeepAtWork(atWork: number): number
}

/** What a look-up takes where there is no way to go, and how long Postgres works for a decision. */
const lookUpMs = 2
const decisionMs = 5

/** The least of the last 64 to 128 look-ups counts: what the others took longer, they waited for something else than the way. */
const remembered = 64

/** Knows how far away Postgres is, from what is looked up anyway. Nothing looked up yet: beside us. */
export function createRoundTrips(): RoundTrips {
  let [least, leastBefore, noted] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0]

  return {
    note(took) {
      least = Math.min(least, took)
      noted += 1
      if (noted < remembered) return
      leastBefore = least
      least = Number.POSITIVE_INFINITY
      noted = 0
    },
    toKeepAtWork(atWork) {
      const took = Math.min(least, leastBefore)
      const awayMs = Number.isFinite(took) ? Math.max(0, took - lookUpMs) : 0
      return Math.floor(atWork * (1 + (2 * awayMs) / decisionMs))
    },
  }
}
