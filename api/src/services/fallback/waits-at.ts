import type { Deps } from '../deps.ts'

/** Whether something that happened at this site without Postgres has not been brought in yet: it comes before what happens now. */
export function waitsAt(deps: Pick<Deps, 'journal'>, siteId: string): boolean {
  for (const { record } of deps.journal.held()) if (record.siteId === siteId) return true
  return false
}
