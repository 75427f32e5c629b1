import type { JournalRecord } from '@turnpike/contracts/journal.ts'
import type { Tx } from '../../db/client.ts'
import { type Plate, toPlate } from '../../domain/plate.ts'
import { Refusal } from '../../errors.ts'
import { raiseAlertOnce } from '../../repositories/alerts.ts'
import {
  answerRepeatsWith,
  hasDecision,
  insertDecisionOnce,
  insertRead,
  lockReadKey,
  setPassIfNewer,
  upsertReadPlates,
  wentThrough,
} from '../../repositories/brought-in.ts'
import { type Audit, change, type Mark, unchanged } from '../../repositories/change.ts'
import { insertCommandOnce } from '../../repositories/commands.ts'
import { type GateRow, lockGate, type PassRow } from '../../repositories/gates.ts'
import { lockSession } from '../../repositories/sessions.ts'
import type { Deps } from '../deps.ts'
import { undoEntry, undoExit } from '../undo.ts'
import { alertsAbout, type Settled, settleEntry, settleExit } from './settle-stay.ts'

type Needs = Pick<Deps, 'database' | 'now' | 'newId'>
type DecisionRecord = Extract<JournalRecord, { kind: 'decision' }>
type ReadRecord = Extract<JournalRecord, { kind: 'read' }>
type Earlier = Awaited<ReturnType<typeof lockReadKey>>

const actorOf = ({ requestId }: JournalRecord) => ({ kind: 'system' as const, id: 'fallback', requestId })

/**
 * Writes a decision that was made without Postgres: the read, the decision with the id that was answered, what follows for the
 * stay, its command, the record and the marks. Where the same read has been decided in Postgres as well, its answer having come
 * too late, what the barrier was told counts. Done twice, it changes nothing.
 */
export async function bringInDecision(deps: Needs, record: DecisionRecord): Promise<void> {
  const { decision, read, gateId, siteId } = record
  const now = deps.now()
  const at = new Date(record.at)
  const plate = plateOf(record)
  await change(deps.database.db, actorOf(record), now, async (tx) => {
    const { gate, pass } = await gateOf(tx, record)
    if (await hasDecision(tx, decision.id)) return unchanged(undefined)
    const { plateId, rawPlateId } = await upsertReadPlates(tx, plate, deps.newId)
    const earlier = await lockReadKey(tx, read.cameraId, read.eventId)
    const history = decision.mode === 'history'
    const disposition = history ? 'history' : 'decided'
    if (earlier === undefined)
      await insertRead(tx, { ...readRow(record, plateId, rawPlateId), disposition, decisionId: decision.id })
    else await answerRepeatsWith(tx, read.cameraId, read.eventId, decision.id)

    const settled = history ? nothing : await settle(tx, deps, record, gate, plateId, earlier, now)
    await insertDecisionOnce(tx, {
      id: decision.id,
      siteId,
      gateId,
      cameraId: read.cameraId,
      readId: earlier?.readId ?? read.id,
      plateId,
      outcome: decision.outcome,
      reason: decision.reason,
      mode: decision.mode,
      facts: decision.facts,
      rulesVersion: decision.rulesVersion,
      sessionId: settled.sessionId,
      commandId: record.command?.id ?? null,
      createdAt: at,
    })
    if (record.command !== null)
      await insertCommandOnce(tx, {
        id: record.command.id,
        siteId,
        gateId,
        action: 'open',
        reason: decision.reason,
        streamed: gate.actuation === 'controller',
        decisionId: decision.id,
        issuedAt: at,
        expiresAt: new Date(record.command.expiresAt),
      })
    if (!history) await setPassIfNewer(tx, gateId, passRow(record, plateId, settled.sessionId, pass, at))
    const alerts = await raise(tx, deps, record, settled, now)
    return {
      result: undefined,
      audit: [madeEntry(record, settled), ...(earlier === undefined ? [] : [supersedes(record, earlier)])],
      marks: [
        { kind: 'gate', id: gateId },
        { kind: 'site', id: siteId },
        ...[settled.sessionId, ...settled.changed].flatMap((id): Mark[] =>
          id === null ? [] : [{ kind: 'session', id }],
        ),
        ...alerts,
      ],
    }
  })
}

/** Writes a read that decided nothing, or repeated the answer of its pass. */
export async function bringInRead(deps: Needs, record: ReadRecord): Promise<void> {
  const { read } = record
  const plate = plateOf(record)
  await change(deps.database.db, actorOf(record), deps.now(), async (tx) => {
    await gateOf(tx, record)
    if ((await lockReadKey(tx, read.cameraId, read.eventId)) !== undefined) return unchanged(undefined)
    const { plateId, rawPlateId } = await upsertReadPlates(tx, plate, deps.newId)
    const row = readRow(record, plateId, rawPlateId)
    await insertRead(tx, { ...row, disposition: 'suppressed', decisionId: record.decisionId })
    const entry = { action: 'read.brought_in', siteId: record.siteId, subjectKind: 'read', subjectId: read.id }
    return { result: undefined, audit: [entry], marks: [] }
  })
}

/** Two processes that bring in the same record take turns on its gate: the second finds it done. */
async function gateOf(tx: Tx, { gateId }: JournalRecord) {
  const locked = await lockGate(tx, gateId)
  if (locked === undefined) throw new Refusal('not_found', `The gate ${gateId} of this record is not in this database.`)
  return locked
}

function plateOf({ read }: DecisionRecord | ReadRecord): Plate {
  const plate = toPlate(read.plateRaw)
  if (plate === undefined) throw new Refusal('invalid_request', 'The plate of this record has no letter and no digit.')
  return plate
}

const nothing: Settled = { sessionId: null, changed: [], alert: null }

async function settle(
  tx: Tx,
  deps: Needs,
  { decision, siteId, at }: DecisionRecord,
  gate: GateRow,
  plateId: string,
  earlier: Earlier,
  now: Date,
): Promise<Settled> {
  const admitted = earlier?.outcome === 'ALLOW'
  if (decision.outcome === 'ALLOW' && !admitted) {
    const through = { decisionId: decision.id, plateId, siteId, at: new Date(at) }
    return gate.direction === 'entry' ? settleEntry(tx, through, deps.newId) : settleExit(tx, through)
  }
  if (earlier === undefined || !admitted) return nothing
  if (decision.outcome === 'ALLOW') return { ...nothing, sessionId: earlier.sessionId }
  // The camera heard a refusal, but Postgres had committed an ALLOW: undone, unless the barrier heard of that and opened.
  const session = earlier.sessionId === null ? undefined : await lockSession(tx, earlier.sessionId)
  if (session === undefined || (await wentThrough(tx, earlier.decisionId!, earlier.commandId))) return nothing
  await (gate.direction === 'entry'
    ? undoEntry(tx, session, earlier.decisionId!, now)
    : undoExit(tx, session, earlier.decisionId!))
  return { ...nothing, changed: [session.id] }
}

function readRow({ read, siteId, gateId }: DecisionRecord | ReadRecord, plateId: string, rawPlateId: string) {
  return {
    id: read.id,
    siteId,
    gateId,
    cameraId: read.cameraId,
    eventId: read.eventId,
    trackId: read.trackId,
    rawPlateId,
    plateId,
    confidence: read.confidence,
    retransmitted: read.retransmitted,
    capturedAt: new Date(read.capturedAt),
    receivedAt: new Date(read.receivedAt),
  }
}

function passRow(
  { decision, read, samePass, command }: DecisionRecord,
  plateId: string,
  sessionId: string | null,
  before: PassRow,
  at: Date,
) {
  return {
    decisionId: decision.id,
    plateId,
    trackId: read.trackId,
    outcome: decision.outcome,
    sessionId,
    quoteId: null,
    commandId: command?.id ?? null,
    confidence: read.confidence,
    pending: false,
    ...(samePass && before.firstReadAt !== null
      ? { firstReadAt: before.firstReadAt, firstReadId: before.firstReadId }
      : { firstReadAt: new Date(read.receivedAt), firstReadId: read.id }),
    decidedAt: at,
    passageAt: null,
  }
}

async function raise(tx: Tx, deps: Needs, record: DecisionRecord, settled: Settled, now: Date): Promise<Mark[]> {
  const { siteId, gateId } = record
  const marks: Mark[] = []
  for (const each of alertsAbout(record, settled)) {
    const id = await raiseAlertOnce(tx, { id: deps.newId(), siteId, gateId, raisedAt: now, ...each })
    if (id !== undefined) marks.push({ kind: 'alert', id })
  }
  return marks
}

function madeEntry({ decision, siteId, at }: DecisionRecord, { sessionId }: Settled): Audit {
  const { outcome, reason, mode } = decision
  return {
    action: 'decision.made',
    siteId,
    subjectKind: 'decision',
    subjectId: decision.id,
    after: { outcome, reason, mode, sessionId, decidedAt: at },
  }
}

function supersedes({ decision, siteId }: DecisionRecord, earlier: NonNullable<Earlier>): Audit {
  return {
    action: 'decision.superseded',
    siteId,
    subjectKind: 'decision',
    subjectId: earlier.decisionId ?? earlier.readId,
    before: { outcome: earlier.outcome, mode: earlier.mode },
    after: { decisionId: decision.id, outcome: decision.outcome },
  }
}
