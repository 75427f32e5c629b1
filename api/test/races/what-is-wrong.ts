import { opensTooMany } from './passes.ts'
import type { Players } from './players.ts'
import { brokenLaws } from './stored-state.ts'
import { contradictions } from './told-and-stored.ts'
import type { Ground } from './world.ts'

/** Everything that is not as it must be in a world after all was answered, in words. */
export async function whatIsWrong(
  { park, siteIds, marksBefore }: Ground,
  { history, plates }: Players,
): Promise<string[]> {
  const { pool } = park.testDatabase
  return [
    ...history.failures.map((failure) => `failed: ${failure}`),
    ...(await brokenLaws(pool, siteIds, marksBefore, plates)),
    ...(await opensTooMany(pool, siteIds)),
    ...(await contradictions(pool, siteIds, history)),
  ]
}
