import { atMost } from '../at-most.ts'
import type { Journal } from '../deps.ts'

/** A disk that takes longer than this hangs, and a car is waiting. */
const savedWithinMs = 250

/**
 * A journal that a disk which fails or hangs does not stop: the failure is reported, and the answer is given all the same. What
 * could not be saved is held in memory and brought in as long as the process lives.
 */
export function patientJournal(journal: Journal, onError: (error: unknown) => void): Journal {
  return {
    ...journal,
    append: (record) => atMost(savedWithinMs, journal.append(record)).catch(onError),
    look: () => journal.look().catch(onError),
  }
}
