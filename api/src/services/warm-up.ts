import { toPlate } from '../domain/plate.ts'
import { loadFacts } from '../repositories/decision-facts.ts'
import type { Deps } from './deps.ts'

/** As many connections as a busy site uses at once: each must be open, and know the statement, before the first car comes. */
const connections = 8

/** Opens connections and prepares the facts statement on them, so that the first car is not the one that waits for it. */
export async function warmUp({
  gateDatabase,
  now,
  newId,
}: Pick<Deps, 'gateDatabase' | 'now' | 'newId'>): Promise<void> {
  const plate = toPlate('WARM UP')!
  const nobody = { cameraId: newId(), eventId: '-', trackId: null, plate, candidates: [], isLike: () => false }
  for (const direction of ['entry', 'exit'] as const)
    await Promise.all(Array.from({ length: connections }, () => loadFacts(gateDatabase.pool, direction, nobody, now())))
}
