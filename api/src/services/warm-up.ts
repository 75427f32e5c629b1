import { toPlate } from '../domain/plate.ts'
import { loadFacts } from '../repositories/decision-facts.ts'
import type { Deps } from './deps.ts'

/**
 * Connections for decisions. Two round trips each, so that 100 reads a second with Postgres 50 ms away keep ten of them busy, and at times
 * twice as many; beside Postgres few are ever used. All are open, and know their statements, before the first car comes.
 */
export const gateConnections = 24

/** Opens connections and prepares the facts statement on them, so that the first car is not the one that waits for it. */
export async function warmUp({
  gateDatabase,
  now,
  newId,
}: Pick<Deps, 'gateDatabase' | 'now' | 'newId'>): Promise<void> {
  const plate = toPlate('WARM UP')!
  const nobody = { cameraId: newId(), eventId: '-', trackId: null, plate, candidates: [], isLike: () => false }
  for (const direction of ['entry', 'exit'] as const)
    await Promise.all(
      Array.from({ length: gateConnections }, () => loadFacts(gateDatabase.pool, direction, nobody, now())),
    )
}
