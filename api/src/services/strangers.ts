import { Refusal } from '../errors.ts'

/** Devices that were made a moment ago need a few; a site that is set up by a script hundreds. */
const [mostAtOnce, mostPerSecond] = [200, 100]
/** More devices than a process has before it looks at all of them again. */
const mostProven = 10_000

/** Devices that this process does not remember: they, and whoever invents ids, share the look-ups that this takes. */
export type Strangers = {
  /** Allows a look-up of this id; throws `rate_limited` where there were too many. Whoever is remembered must not ask. */
  lookUp(id: string): void
  /** It has shown its key: it is no stranger any more. */
  hasProved(id: string): void
}

export function createStrangers(): Strangers {
  const proven = new Set<string>()
  let left = mostAtOnce
  let countedAt = performance.now()
  return {
    lookUp(id) {
      if (proven.has(id)) return
      const now = performance.now()
      left = Math.min(mostAtOnce, left + ((now - countedAt) / 1000) * mostPerSecond)
      countedAt = now
      if (left < 1)
        throw new Refusal('rate_limited', 'Too many ask whom this process does not know. Try again in a moment.', {
          retryAfterSeconds: 1,
        })
      left -= 1
    },
    hasProved(id) {
      if (proven.size < mostProven) proven.add(id)
    },
  }
}
