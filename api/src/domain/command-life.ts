/** An `open` that the barrier has not heard of by then is not acted on any more: the car may be gone. */
export const openLivesMs = 10_000

/** A change of the barrier's mode is less urgent, and must reach a controller that is just reconnecting. */
export const modeLivesMs = 15_000

/** A command without a result is `unknown` after this long. */
export const resultAwaitedMs = 15_000

export function later(instant: Date, milliseconds: number): Date {
  return new Date(instant.getTime() + milliseconds)
}
