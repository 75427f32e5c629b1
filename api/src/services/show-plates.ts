import type { PlatesAnswer, PlatesRequest } from '@turnpike/contracts/plate.ts'
import { change, unchanged } from '../repositories/change.ts'
import {
  listPlatesInUse,
  listPlatesOfDecisions,
  listPlatesOfSessions,
  type ShownPlate,
} from '../repositories/plates.ts'
import { actorOf, type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'

/** Full plates for ids, at his own sites. That he saw them is recorded for each site, by id. */
export async function showPlates(deps: Deps, caller: Caller, request: PlatesRequest): Promise<PlatesAnswer> {
  requireRole(caller.operator, 'operator')
  const { siteIds } = caller.operator
  return change(deps.database.db, actorOf(caller), deps.now(), async (tx) => {
    const shown = [
      ...named('plate', await listPlatesInUse(tx, siteIds, request.ids)),
      ...named('decision', await listPlatesOfDecisions(tx, siteIds, request.decisionIds)),
      ...named('session', await listPlatesOfSessions(tx, siteIds, request.sessionIds)),
    ]
    const result = { items: shown.map(({ siteId: _, ...item }) => item) }
    const [first, ...rest] = [...Map.groupBy(shown, ({ siteId }) => siteId)].map(([siteId, ofSite]) => ({
      action: 'plates.shown',
      siteId,
      subjectKind: 'site',
      subjectId: siteId,
      after: { shown: ofSite.map(({ kind, id }) => ({ kind, id })) },
      ...(request.changeReason === undefined ? {} : { reason: request.changeReason }),
    }))
    return first === undefined ? unchanged(result) : { result, audit: [first, ...rest], marks: [] }
  })
}

function named<K extends string>(kind: K, plates: ShownPlate[]) {
  return plates.map((plate) => ({ kind, ...plate }))
}
