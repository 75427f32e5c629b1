import { later } from '../domain/command-life.ts'
import { decideByPolicy } from '../domain/decide.ts'
import { asReadNow } from '../domain/read-age.ts'
import { listUnsureReads } from '../repositories/reads-to-decide.ts'
import { decideAgain } from './decide-again.ts'
import type { Deps } from './deps.ts'

/** How long an unsure read waits for a better one. */
export const betterReadAwaitedMs = 2_500

/** Decides reads that no better one followed, by the gate's policy for an unsure camera. */
export async function decideUnsureReads(deps: Pick<Deps, 'database' | 'now' | 'newId'>): Promise<void> {
  for (const unsure of await listUnsureReads(deps.database.pool, later(deps.now(), -betterReadAwaitedMs)))
    await decideAgain(
      deps,
      unsure,
      // That it is not too old was judged when it came.
      ({ facts, onCameraUnsure: policy }, read, now) => {
        if (!facts.pass?.pending) return null
        const seen = asReadNow(facts, read)
        const verdict = decideByPolicy(facts, seen, policy, now)
        return { verdict, seen, decidedBy: { failure: 'camera_unsure', policy } }
      },
      { onlyIfWaiting: false },
    )
}
