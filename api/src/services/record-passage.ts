import type { PassageReport } from '@turnpike/contracts/gate-command.ts'
import type { Tx } from '../db/client.ts'
import { happenedAt, passagesThatTell, speaksOfPass } from '../domain/passage.ts'
import { Refusal } from '../errors.ts'
import { raiseAlertOnce } from '../repositories/alerts.ts'
import { change, type Mark, unchanged } from '../repositories/change.ts'
import { type GateRow, lockGate, type PassRow, updatePass } from '../repositories/gates.ts'
import { insertPassageOnce, listNewestPassageTimes } from '../repositories/passages.ts'
import { lockSession, type SessionRow } from '../repositories/sessions.ts'
import type { Deps } from './deps.ts'
import { endStay } from './end-stay.ts'
import { keepReport } from './fallback/keep-report.ts'
import { undoEntry, undoExit } from './undo.ts'

/** Stores what a vehicle did after its decision, in Postgres or, while that is away, in the journal. */
export async function recordPassage(
  deps: Deps,
  gate: GateRow,
  report: PassageReport,
  requestId: string,
): Promise<void> {
  const { siteId, id: gateId } = gate
  const at = deps.now()
  await keepReport(deps, { kind: 'passage', siteId, gateId, requestId, at: at.toISOString(), report }, () =>
    writePassage(deps, gateId, report, requestId, at),
  )
  deps.passes.notePassage(gate, report, at)
}

/**
 * Stores what a vehicle did after its decision, with what follows from it: `passed` ends a stay that a command let out;
 * `turned_back` undoes the entry (session void, places free) or the exit (session open again, what was paid stays paid);
 * `tailgated` is
 * nobody's pass: somebody looks at it. `at`: when it was reported, which without Postgres was before now.
 */
export async function writePassage(
  deps: Pick<Deps, 'database' | 'now' | 'newId'>,
  gateId: string,
  report: PassageReport,
  requestId: string,
  at: Date,
): Promise<void> {
  await change(deps.database.db, { kind: 'controller', id: gateId, requestId }, deps.now(), async (tx) => {
    const { gate, pass } = (await lockGate(tx, gateId))!
    const occurredAt = new Date(report.occurredAt)
    const before = await listNewestPassageTimes(tx, gateId, passagesThatTell)
    const happened = happenedAt({ occurredAt, receivedAt: at }, before)
    const opened = pass.commandId !== null
    const ofPass = isDecided(pass) && speaksOfPass({ ...pass, opened }, gate.barrierMode, report, happened)
    const sessionId = report.sessionId ?? (ofPass ? pass.sessionId : null)
    const session = sessionId === null ? undefined : await lockSession(tx, sessionId)
    if (report.sessionId !== undefined && session?.siteId !== gate.siteId)
      throw new Refusal('not_found', 'This site has no such session.')
    const passageId = deps.newId()
    const isNew = await insertPassageOnce(tx, {
      id: passageId,
      siteId: gate.siteId,
      gateId: gate.id,
      kind: report.kind,
      sessionId: session?.id ?? null,
      decisionId: ofPass ? pass.decisionId : null,
      occurredAt,
      receivedAt: at,
    })
    if (!isNew) return unchanged(undefined)
    if (ofPass) await updatePass(tx, gate.id, { passageAt: at })
    const effect =
      session === undefined ? null : await applyEffect(tx, gate, ofPass ? pass : undefined, report, session, at)
    const marks: Mark[] = [{ kind: 'gate', id: gate.id }]
    if (session !== undefined && effect !== null)
      marks.push({ kind: 'session', id: session.id }, { kind: 'site', id: gate.siteId })
    if (report.kind === 'tailgated') {
      const about = { subjectKind: 'passage', subjectId: passageId, siteId: gate.siteId, gateId: gate.id, raisedAt: at }
      const id = await raiseAlertOnce(tx, { id: deps.newId(), kind: 'tailgated', ...about })
      if (id !== undefined) marks.push({ kind: 'alert', id })
    }
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

/** What a pass has once a read was decided at its gate. */
type Decided = PassRow & { decisionId: string; outcome: NonNullable<PassRow['outcome']>; firstReadAt: Date }

function isDecided(pass: PassRow): pass is Decided {
  return pass.decisionId !== null
}

async function applyEffect(
  tx: Tx,
  gate: GateRow,
  pass: PassRow | undefined,
  report: PassageReport,
  session: SessionRow,
  at: Date,
): Promise<string | null> {
  if (report.kind === 'passed' && gate.direction === 'exit' && session.state === 'open') {
    // Let out by a payment or by an operator.
    await endStay(tx, session, { decisionId: pass?.decisionId ?? null, letOutAt: pass?.decidedAt ?? at, endedAt: at })
    return 'closed'
  }
  if (report.kind !== 'turned_back' || pass === undefined) return null
  // Only the stay that this very pass began or ended: a refused car turns back from somebody else's.
  return gate.direction === 'entry'
    ? undoEntry(tx, session, pass.decisionId!, at)
    : undoExit(tx, session, pass.decisionId!)
}
