import { passesGoneWrong } from './passes.ts'
import type { Players } from './players.ts'
import { brokenLaws } from './stored-state.ts'
import { contradictions } from './told-and-stored.ts'
import type { Ground } from './world.ts'

/** Everything that is not as it must be in a world after all was answered, in words. */
export async function whatIsWrong({ park, siteIds, marksBefore }: Ground, { history }: Players): Promise<string[]> {
  const { pool } = park.testDatabase
  const plates = [...new Set(history.reads.map(({ plate }) => plate))]
  return [
    ...history.failures.map((failure) => `failed: ${failure}`),
    ...(await brokenLaws(pool, siteIds, marksBefore, plates)),
    ...(await passesGoneWrong(pool, siteIds)),
    ...(await contradictions(pool, siteIds, history)),
  ]
}
