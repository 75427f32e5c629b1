import { z } from 'zod'

const share = z.number().min(0).max(1)

/** What goes wrong on demand. Shares are of deliveries; drawn from `seed`, so that a run can be repeated. */
export const faultSettings = z.strictObject({
  drop: share.optional().describe('never arrives, and is not tried again'),
  duplicate: share.optional().describe('arrives twice'),
  reorder: share.optional().describe('arrives after the next one, or after 2 s'),
  hold: z.boolean().optional().describe('nothing is sent until it is released'),
  seed: z.int().optional(),
  api: z
    .enum(['works', 'down', 'slow', 'loses_answers'])
    .optional()
    .describe(
      'down: 503 to every call; slow: 20 s late, or once it works again; loses_answers: acts, then closes the connection',
    ),
})
export type FaultSettings = z.infer<typeof faultSettings>

export class Faults {
  drop = 0
  duplicate = 0
  reorder = 0
  hold = false
  api: NonNullable<FaultSettings['api']> = 'works'
  #state = 1
  #changed = Promise.withResolvers<void>()

  set({ seed, ...settings }: FaultSettings): void {
    if (seed !== undefined) this.#state = seed | 0
    Object.assign(this, settings)
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
  }

  /** Ends once something else is set. */
  changed(): Promise<void> {
    return this.#changed.promise
  }

  /** Whether something with this share happens now (mulberry32). */
  happens(share: number): boolean {
    if (share === 0) return false
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 < share
  }
}
