import type { PassageReport } from '@turnpike/contracts/gate-command.ts'
import type { Tx } from '../db/client.ts'
import { Refusal } from '../errors.ts'
import { raiseAlertOnce } from '../repositories/alerts.ts'
import { change, type Mark, unchanged } from '../repositories/change.ts'
import { type GateRow, lockGate, type PassRow, updatePass } from '../repositories/gates.ts'
import { insertPassageOnce } from '../repositories/passages.ts'
import {
  freeSlots,
  hasOpenSession,
  isExempt,
  lockSession,
  type SessionRow,
  takePlaceAgain,
  takePoolPlaceAgain,
  updateSession,
} from '../repositories/sessions.ts'
import type { Deps } from './deps.ts'

/**
 * Stores what a vehicle did after its decision, with what follows from it: `passed` ends a stay that a command let out;
 * `turned_back` undoes the entry (session void, places free) or the exit (session open again, what was paid stays paid); `tailgated`
 * is nobody's pass: somebody looks at it.
 */
export async function recordPassage(
  deps: Deps,
  gate: GateRow,
  report: PassageReport,
  requestId: string,
): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'controller', id: gate.id, requestId }, now, async (tx) => {
    const { pass } = (await lockGate(tx, gate.id))!
    const ofPass = report.kind !== 'tailgated' && speaksOfPass(gate, pass, report)
    const id = deps.newId()
    const sessionId = report.sessionId ?? (ofPass ? pass.sessionId : null)
    const session = sessionId === null ? undefined : await lockSession(tx, sessionId)
    if (report.sessionId !== undefined && session?.siteId !== gate.siteId)
      throw new Refusal('not_found', 'This site has no such session.')
    const isNew = await insertPassageOnce(tx, {
      id,
      siteId: gate.siteId,
      gateId: gate.id,
      kind: report.kind,
      sessionId: session?.id ?? null,
      decisionId: ofPass ? pass.decisionId : null,
      occurredAt: new Date(report.occurredAt),
      receivedAt: now,
    })
    if (!isNew) return unchanged(undefined)
    if (ofPass) await updatePass(tx, gate.id, { passageAt: now })
    const effect =
      session === undefined ? null : await applyEffect(tx, gate, ofPass ? pass : undefined, report, session, now)
    const marks: Mark[] = [{ kind: 'gate', id: gate.id }]
    if (report.kind === 'tailgated') marks.push({ kind: 'alert', id: await alertOf(deps, tx, gate, id, now) })
    if (session !== undefined && effect !== null)
      marks.push({ kind: 'session', id: session.id }, { kind: 'site', id: gate.siteId })
    return {
      result: undefined,
      audit: [
        {
          action: `passage.${report.kind}`,
          siteId: gate.siteId,
          subjectKind: session === undefined ? 'gate' : 'session',
          subjectId: session?.id ?? gate.id,
          before: session === undefined ? undefined : { state: session.state },
          after: { occurredAt: report.occurredAt, effect },
        },
      ],
      marks,
    }
  })
}

async function alertOf(deps: Deps, tx: Tx, gate: GateRow, passageId: string, raisedAt: Date): Promise<string> {
  const subject = { subjectKind: 'passage', subjectId: passageId }
  const alert = {
    id: deps.newId(),
    siteId: gate.siteId,
    gateId: gate.id,
    kind: 'tailgated' as const,
    ...subject,
    raisedAt,
  }
  // The passage is new, so that nobody has raised one about it.
  return (await raiseAlertOnce(tx, alert))!
}

/** Clocks of controllers and cameras differ a little. */
const clockToleranceMs = 2_000

/** Whether a report is about the newest pass: not about another stay, and not a late one about the vehicle before. */
function speaksOfPass(gate: GateRow, pass: PassRow, report: PassageReport): boolean {
  if (pass.decisionId === null || pass.passageAt !== null) return false
  // Nothing was opened for this vehicle: who drove through was the one before it.
  const opened = pass.outcome === 'ALLOW' || pass.commandId !== null || gate.barrierMode === 'held_open'
  if (report.kind === 'passed' && !opened) return false
  if (report.sessionId !== undefined) return report.sessionId === pass.sessionId
  return new Date(report.occurredAt).getTime() >= (pass.firstReadAt?.getTime() ?? 0) - clockToleranceMs
}

async function applyEffect(
  tx: Tx,
  gate: GateRow,
  pass: PassRow | undefined,
  report: PassageReport,
  session: SessionRow,
  now: Date,
): Promise<string | null> {
  if (report.kind === 'passed' && gate.direction === 'exit' && session.state === 'open') {
    // Let out by a payment or by an operator: if nothing covers it, somebody should look at what was not collected.
    const settled = session.paidUntil !== null && session.paidUntil >= (pass?.decidedAt ?? now)
    await updateSession(tx, session.id, {
      state: 'closed',
      closedAt: now,
      exitDecisionId: pass?.decisionId ?? null,
      needsReview: session.needsReview || !settled,
    })
    await freeSlots(tx, session.id)
    return 'closed'
  }
  if (report.kind !== 'turned_back' || pass === undefined) return null
  // Only the stay that this very pass began: a refused car turns back from somebody else's.
  if (gate.direction === 'entry' && session.state === 'open' && session.entryDecisionId === pass.decisionId) {
    await updateSession(tx, session.id, { state: 'void', closedAt: now })
    await freeSlots(tx, session.id)
    return 'void'
  }
  if (gate.direction === 'exit' && session.state === 'closed' && session.exitDecisionId === pass.decisionId) {
    if (await hasOpenSession(tx, session.siteId, session.plateId)) {
      await updateSession(tx, session.id, { needsReview: true })
      return 'to be reviewed: the vehicle has another open session'
    }
    await updateSession(tx, session.id, { state: 'open', closedAt: null, exitDecisionId: null })
    if (session.subscriptionId !== null) await takePoolPlaceAgain(tx, session.subscriptionId, session.id)
    if (await isExempt(tx, session.subscriptionId)) return 'reopened'
    return (await takePlaceAgain(tx, session.siteId, session.id)) ? 'reopened' : 'reopened without a place'
  }
  return null
}
