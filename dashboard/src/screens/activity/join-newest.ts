type Happened = { id: string; createdAt: string }

/**
 * Puts what was asked for again among the items that were there, page by page: each once, newest first over all pages, of which the
 * first takes what is more. What was there and comes again is replaced, since it may have changed.
 * @param more whether there are older ones than are known: those come with their page, not now
 */
export function joinNewest<T extends Happened>(fetched: T[], known: T[][], more: boolean): T[][] {
  const before = known.flat()
  const oldest = before.at(-1)
  const fresh = more && oldest ? fetched.filter((one) => newestFirst(one, oldest) <= 0) : fetched
  const ids = new Set(fresh.map(({ id }) => id))
  const all = [...fresh, ...before.filter(({ id }) => !ids.has(id))].sort(newestFirst)
  const later = known.slice(1).toReversed()
  const older = later.map(({ length }) => all.splice(-length, length)).toReversed()
  return [all, ...older]
}

function newestFirst(a: Happened, b: Happened): number {
  return Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1)
}

/** From when on to ask for what a lane has just decided: one that was committed late may be a little older than the newest one. */
export function sinceNewest(known: Happened[]): string | undefined {
  const newest = known[0]
  return newest && new Date(Date.parse(newest.createdAt) - overlapMs).toISOString()
}

/** From when on to ask for what no lane tells of, and may be any older: as far back as a page goes; from the first while that is all. */
export function sinceAPageAgo(known: Happened[]): string | undefined {
  return known[pageLength - 1]?.createdAt
}

const overlapMs = 5_000
/** As many as the API puts on a page. */
const pageLength = 50
