import type { Database } from '../db/client.ts'
import { raiseAlertOnce, resolveAlert } from '../repositories/alerts.ts'
import { type Audit, change, type Mark, measured } from '../repositories/change.ts'
import { listMended, listUntoldStuck } from '../repositories/mirror-stuck.ts'

/**
 * Tells operators of documents that are stuck, once each, and takes that back by itself when one is mended. It looks at the state,
 * not at what just failed: a relay that is killed in between forgets nothing.
 */
export async function alertStuck(database: Database, now: Date, newId: () => string): Promise<void> {
  await change(database.db, { kind: 'system', id: 'relay', requestId: null }, now, async (tx) => {
    const audit: Audit[] = []
    const marks: Mark[] = []
    const tell = (action: string, siteId: string, alertId: string) => {
      audit.push({ action, siteId, subjectKind: 'alert', subjectId: alertId })
      marks.push({ kind: 'alert', id: alertId })
    }
    for (const { kind, subjectId, siteId } of await listUntoldStuck(tx)) {
      if (siteId === null) continue
      const alert = { id: newId(), siteId, gateId: null, subjectKind: kind, subjectId, raisedAt: now }
      const id = await raiseAlertOnce(tx, { ...alert, kind: 'mirror_document_stuck' })
      if (id !== undefined) tell('mirror.document_stuck', siteId, id)
    }
    for (const { subjectId, siteId } of await listMended(tx)) {
      const id = await resolveAlert(tx, 'mirror_document_stuck', subjectId, now)
      if (id !== undefined) tell('mirror.document_mended', siteId, id)
    }
    const [first, ...rest] = audit
    return first === undefined ? measured(undefined) : { result: undefined, audit: [first, ...rest], marks }
  })
}
