type Happened = { id: string; createdAt: string }

/**
 * Puts what was asked for since the newest item before the items that were there, page by page: each once, newest first over all
 * pages, of which the first takes what is more. What was there and comes again is replaced, since it may have changed.
 */
export function joinNewest<T extends Happened>(fetched: T[], known: T[][]): T[][] {
  const ids = new Set(fetched.map(({ id }) => id))
  const all = [...fetched, ...known.flat().filter(({ id }) => !ids.has(id))].sort(newestFirst)
  const later = known.slice(1).toReversed()
  const older = later.map(({ length }) => all.splice(-length, length)).toReversed()
  return [all, ...older]
}

function newestFirst(a: Happened, b: Happened): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1)
}

/** From when on to ask for more: a decision that was committed late may be a little older than the newest one. */
export function askSince(known: Happened[]): string | undefined {
  const newest = known[0]
  return newest && new Date(Date.parse(newest.createdAt) - overlapMs).toISOString()
}

const overlapMs = 5_000
