import { decideReviewTimeout } from '../domain/decide.ts'
import { listTimedOutReviews } from '../repositories/reads-to-decide.ts'
import { decideAgain } from './decide-again.ts'
import type { Deps } from './deps.ts'

/**
 * Lets out cars that have waited at an exit for a review as long as their site lets anybody wait, so that nobody is trapped when
 * nobody is there. Their stays end unpaid and are looked at later. One that is paid meanwhile was let out by that.
 */
export async function timeOutReviews(deps: Pick<Deps, 'database' | 'now' | 'newId'>): Promise<void> {
  for (const review of await listTimedOutReviews(deps.database.pool, deps.now()))
    await decideAgain(
      deps,
      review,
      ({ facts }, seen, now) => {
        const verdict = decideReviewTimeout(facts, now)
        return verdict && { verdict, seen, decidedBy: 'review_timeout' }
      },
      { onlyIfWaiting: true },
    )
}
