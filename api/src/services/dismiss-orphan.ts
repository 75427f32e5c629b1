import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import { change, type Mark } from '../repositories/change.ts'
import { lockParked, setEventState } from '../repositories/payments.ts'
import { actorOf, type Caller, requireRole } from './access.ts'
import type { Deps } from './deps.ts'
import { endParked } from './payment-effect.ts'

/** Somebody has looked at an orphan, and it concerns nobody here. It stays in the inbox. */
export async function dismissOrphan(deps: Deps, caller: Caller, orphanId: string, reason: string): Promise<void> {
  requireRole(caller.operator, 'admin')
  const now = deps.now()
  await change(deps.database.db, actorOf(caller), now, async (tx) => {
    const orphan = await lockParked(tx, orphanId)
    if (orphan === undefined) throw new Refusal('not_found', 'There is no such orphan, or somebody was faster.')
    const { provider, change: said } = orphan
    const marks =
      said.kind === 'payment_captured'
        ? await endParked(tx, { provider, factId: said.factId, id: null }, now)
        : await endOne(tx, orphanId, now)
    const subject = { siteId: null, subjectKind: 'payment_event', subjectId: orphanId }
    const after = { eventType: orphan.eventType, kind: orphan.change.kind }
    return { result: undefined, audit: [{ ...subject, action: 'payment_event.dismissed', after, reason }], marks }
  })
}

async function endOne(tx: Tx, orphanId: string, now: Date): Promise<Mark[]> {
  await setEventState(tx, orphanId, 'ignored', null)
  const alertId = await resolveAlert(tx, 'payment_parked', orphanId, now)
  return alertId === undefined ? [] : [{ kind: 'alert', id: alertId }]
}
