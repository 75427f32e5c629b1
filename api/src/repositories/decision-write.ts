import type { Disposition } from '@turnpike/contracts/decision.ts'
import type { AlertKind } from '@turnpike/contracts/live-documents.ts'
import type pg from 'pg'
import type { Effect, Verdict } from '../domain/decide.ts'
import type { Match, StoredFacts } from '../domain/facts.ts'
import type { Correction } from '../domain/pass.ts'
import type { Plate } from '../domain/plate.ts'
import { answerColumns, answerJoins, type StoredDecision, toStoredDecision } from './decision-answer.ts'
import type { LoadedFacts } from './decision-facts.ts'
import { Statement } from './guarded-statement.ts'
import { exitsSince } from './stay-evidence.ts'
import { carWaits } from './waiting-car.ts'

export type ReadToWrite = {
  id: string
  cameraId: string
  eventId: string
  trackId: string | null
  plate: Plate
  plateId: string
  rawPlateId: string
  confidence: number | null
  closesTrack: boolean
  retransmitted: boolean
  capturedAt: Date
  receivedAt: Date
  /** It was stored by an earlier statement, which could not decide it. */
  stored: boolean
}

export type DecisionToWrite = {
  id: string
  verdict: Verdict
  rulesVersion: number
  madeFrom: StoredFacts
  matched: { plateId: string; kind: Match } | null
  /** Whose stay begins: the subscriber's, where the read was taken for him. */
  vehiclePlateId: string
  /** A further read of the newest pass, which stays the same pass. */
  samePass: boolean
  sessionId: string | null
  /** `standing`: the stay has an open quote of this sum already. */
  quote: { id: string; expiresAt: Date; standing: boolean } | null
  /** The quote that admits to a prepaid site: what was paid belongs to the stay that begins. */
  prepaidQuoteId: string | null
  command: ({ kind: 'issue' } & CommandToWrite) | { id: string; kind: 'keep' } | null
  /** Only while its car still waits at the gate, as a payment would find it. */
  onlyIfWaiting: boolean
  /** A stay that the pass before left with, unseen. */
  leftUnseenSessionId: string | null
  alerts: AlertToWrite[]
  actor: { kind: 'camera' | 'system'; id: string }
  requestId: string | null
  broughtIn: BroughtIn | null
}

/** Of a decision that was made without Postgres: when it is written, and which entry of the journal it was. */
export type BroughtIn = { at: Date; deviceId: string; sequence: number }

/** `streamed`: false where the reply to the camera opens the barrier. */
export type CommandToWrite = { id: string; expiresAt: Date; reason: string; streamed: boolean }
type AlertToWrite = { id: string; kind: AlertKind; subjectKind: string; subjectId: string }

/**
 * Second round trip of the decision path: one statement that writes everything or nothing. Which parts it has depends on the
 * verdict alone, so that the few texts there are stay prepared under a name of their own.
 */
export async function writeDecision(
  pool: pg.Pool,
  loaded: LoadedFacts,
  read: ReadToWrite,
  decision: DecisionToWrite,
  now: Date,
  deadline: Date,
): Promise<void> {
  const s = new Statement()
  const history = decision.verdict.mode === 'history'
  const pending = decision.verdict.reason === 'awaiting_better_read'
  if (read.stored) settleRead(s, read, decision.id)
  else writeRead(s, loaded, read, history ? 'history' : pending ? 'pending' : 'decided', decision.id)
  if (!history) {
    if (decision.onlyIfWaiting) guardWaiting(s, loaded, now)
    writePass(s, loaded, read, decision, now)
    writeEffect(s, loaded, read, decision, now)
    if (decision.command?.kind === 'issue') writeCommand(s, loaded, decision.id, decision.command, now)
  }
  const { verdict } = decision
  s.add(
    'decided',
    `insert into decisions (id, site_id, gate_id, camera_id, read_id, plate_id, outcome, reason, mode, facts, rules_version,
       matched_plate_id, match_kind, session_id, quote_id, command_id, created_at)
     values (${s.p(decision.id, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(loaded.gateId, 'uuid')}, ${s.p(read.cameraId, 'uuid')},
       ${s.p(read.id, 'uuid')}, ${s.p(read.plateId, 'uuid')}, ${s.p(verdict.outcome, 'outcome')}, ${s.p(verdict.reason, 'text')},
       ${s.p(verdict.mode, 'decision_mode')}, ${s.p(JSON.stringify(decision.madeFrom), 'jsonb')}, ${s.p(decision.rulesVersion, 'int')},
       ${s.p(decision.matched?.plateId ?? null, 'uuid')}, ${s.p(decision.matched?.kind ?? null, 'match_kind')}, ${s.p(decision.sessionId, 'uuid')}, ${s.p(decision.quote?.id ?? null, 'uuid')},
       ${s.p(decision.command?.id ?? null, 'uuid')}, ${s.p(now, 'timestamptz')})`,
  )
  const { broughtIn } = decision
  const decidedAt = broughtIn === null ? {} : { decidedAt: now.toISOString() }
  const { outcome, reason, mode } = verdict
  const after = { outcome, reason, mode, sessionId: decision.sessionId, ...decidedAt }
  s.add(
    'audited',
    `insert into audit_entries (at, site_id, actor_kind, actor_id, action, subject_kind, subject_id, after, request_id)
     values (${s.p(broughtIn?.at ?? now, 'timestamptz')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(decision.actor.kind, 'actor_kind')}, ${s.p(decision.actor.id, 'text')}, 'decision.made', 'decision',
       ${s.p(decision.id, 'text')}, ${s.p(JSON.stringify(after), 'jsonb')}, ${s.p(decision.requestId, 'text')})`,
  )
  if (decision.alerts.length > 0) writeAlerts(s, loaded, decision.alerts, broughtIn?.at ?? now)
  if (broughtIn !== null) writeBroughtIn(s, loaded, decision, broughtIn, now)
  markMirror(s, loaded, decision)
  await s.run(pool, `select ${s.guards(deadline)} as written`)
}

/**
 * Stores a read of a pass that has its answer already, and returns that answer. It opens nothing, unless the `open` of the pass
 * never took effect and the vehicle still stands there: then `again` is one more for the same decision.
 */
export async function writeSuppressedRead(
  pool: pg.Pool,
  loaded: LoadedFacts,
  read: ReadToWrite,
  passDecisionId: string,
  again: CommandToWrite | null,
  requestId: string | null,
  now: Date,
  deadline: Date,
): Promise<StoredDecision> {
  const s = new Statement()
  writeRead(s, loaded, read, 'suppressed', passDecisionId, again?.id)
  if (again !== null) {
    s.guard(
      'pass',
      `update gate_passes set command_id = ${s.p(again.id, 'uuid')}, version = version + 1
       where gate_id = ${s.p(loaded.gateId, 'uuid')} and version = ${s.p(loaded.passVersion, 'bigint')} returning 1`,
    )
    writeCommand(s, loaded, passDecisionId, again, now)
    s.add(
      'audited',
      `insert into audit_entries (at, site_id, actor_kind, actor_id, action, subject_kind, subject_id, after, request_id)
       values (${s.p(now, 'timestamptz')}, ${s.p(loaded.siteId, 'uuid')}, 'camera', ${s.p(read.cameraId, 'text')}, 'command.repeated', 'decision',
         ${s.p(passDecisionId, 'text')}, ${s.p(JSON.stringify({ commandId: again.id }), 'jsonb')}, ${s.p(requestId, 'text')})`,
    )
    s.add('marked', `insert into mirror_marks (kind, subject_id) values ('gate', ${s.p(loaded.gateId, 'uuid')})`)
  }
  const answer = `select ${answerColumns(s.p(now, 'timestamptz'))} from ${answerJoins()} where d.id = ${s.p(passDecisionId, 'uuid')} and ${s.guards(deadline)}`
  return toStoredDecision((await s.run(pool, answer))[0]!)
}

/**
 * Stores a surer read of an admitted vehicle. The stay gets its plate, and keeps what was read first beside it, or `alert` says that
 * somebody should look, or both.
 */
export async function writeCorrection(
  pool: pg.Pool,
  loaded: LoadedFacts,
  read: ReadToWrite,
  { sessionId, takesPlate, needsReview }: Correction,
  alertId: string,
  requestId: string,
  now: Date,
  deadline: Date,
): Promise<StoredDecision> {
  const s = new Statement()
  const passDecisionId = loaded.facts.pass!.decisionId
  writeRead(s, loaded, read, 'suppressed', passDecisionId)
  s.guard(
    'pass',
    `update gate_passes set plate_id = ${s.p(read.plateId, 'uuid')}, confidence = ${s.p(read.confidence, 'real')}, version = version + 1
     where gate_id = ${s.p(loaded.gateId, 'uuid')} and version = ${s.p(loaded.passVersion, 'bigint')} returning 1`,
  )
  s.guard(
    'session',
    `update sessions set needs_review = needs_review or ${s.p(needsReview, 'boolean')}, version = version + 1
       ${takesPlate ? `, corrected_from_plate_id = coalesce(corrected_from_plate_id, plate_id), plate_id = ${s.p(read.plateId, 'uuid')}` : ''}
     where id = ${s.p(sessionId, 'uuid')} and state = 'open' returning 1`,
  )
  const after = { plateId: read.plateId, before: loaded.facts.pass!.plateId, takesPlate, needsReview }
  s.add(
    'audited',
    `insert into audit_entries (at, site_id, actor_kind, actor_id, action, subject_kind, subject_id, after, request_id)
     values (${s.p(now, 'timestamptz')}, ${s.p(loaded.siteId, 'uuid')}, 'camera', ${s.p(read.cameraId, 'text')}, 'session.plate_corrected',
       'session', ${s.p(sessionId, 'text')}, ${s.p(JSON.stringify(after), 'jsonb')}, ${s.p(requestId, 'text')})`,
  )
  s.add(
    'marked',
    `insert into mirror_marks (kind, subject_id)
     values ('session', ${s.p(sessionId, 'uuid')}), ('gate', ${s.p(loaded.gateId, 'uuid')})
       ${needsReview ? `, ('alert', ${s.p(alertId, 'uuid')})` : ''}`,
  )
  if (needsReview)
    writeAlerts(
      s,
      loaded,
      [{ id: alertId, kind: 'session_needs_review', subjectKind: 'session', subjectId: sessionId }],
      now,
    )
  const answer = `select ${answerColumns(s.p(now, 'timestamptz'))} from ${answerJoins()} where d.id = ${s.p(passDecisionId, 'uuid')} and ${s.guards(deadline)}`
  return toStoredDecision((await s.run(pool, answer))[0]!)
}

/** Stores a read that never decides, such as one whose direction opposes the gate's. */
export async function writeReadOnly(
  pool: pg.Pool,
  loaded: LoadedFacts,
  read: ReadToWrite,
  deadline: Date,
): Promise<void> {
  const s = new Statement()
  writeRead(s, loaded, read, 'suppressed', null)
  await s.run(pool, `select ${s.guards(deadline)} as written`)
}

// The key comes first: a repeat that races its original finds the key taken and writes nothing.
function writeRead(
  s: Statement,
  loaded: LoadedFacts,
  read: ReadToWrite,
  disposition: Disposition,
  decisionId: string | null,
  commandId: string | null = null,
) {
  s.guard(
    'key',
    `insert into read_keys (camera_id, event_id, read_id, decision_id, command_id, received_at)
     values (${s.p(read.cameraId, 'uuid')}, ${s.p(read.eventId, 'text')}, ${s.p(read.id, 'uuid')}, ${s.p(decisionId, 'uuid')},
       ${s.p(commandId, 'uuid')}, ${s.p(read.receivedAt, 'timestamptz')}) on conflict do nothing returning 1`,
  )
  if (loaded.plateId === null) insertPlate(s, 'plate', read.plateId, { ...read.plate, raw: read.plate.plate })
  if (loaded.rawPlateId === null && read.rawPlateId !== read.plateId)
    insertPlate(s, 'raw_plate', read.rawPlateId, read.plate)
  s.add(
    'stored',
    `insert into reads (id, site_id, gate_id, camera_id, event_id, track_id, raw_plate_id, plate_id, confidence, captured_at, received_at,
       retransmitted, disposition, decision_id)
     values (${s.p(read.id, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(loaded.gateId, 'uuid')}, ${s.p(read.cameraId, 'uuid')},
       ${s.p(read.eventId, 'text')}, ${s.p(read.trackId, 'text')}, ${s.p(read.rawPlateId, 'uuid')}, ${s.p(read.plateId, 'uuid')},
       ${s.p(read.confidence, 'real')}, ${s.p(read.capturedAt, 'timestamptz')}, ${s.p(read.receivedAt, 'timestamptz')},
       ${s.p(read.retransmitted, 'boolean')}, ${s.p(disposition, 'disposition')}, ${s.p(decisionId, 'uuid')})`,
  )
}

/** A read that waited has its answer now. */
function settleRead(s: Statement, read: ReadToWrite, decisionId: string) {
  s.add(
    'settled',
    `update reads set disposition = 'decided', decision_id = ${s.p(decisionId, 'uuid')} where id = ${s.p(read.id, 'uuid')}`,
  )
}

function insertPlate(s: Statement, name: string, id: string, plate: Plate) {
  s.guard(
    name,
    `insert into plates (id, raw, plate, skeleton)
     values (${s.p(id, 'uuid')}, ${s.p(plate.raw, 'text')}, ${s.p(plate.plate, 'text')}, ${s.p(plate.skeleton, 'text')})
     on conflict do nothing returning 1`,
  )
}

// The row lock on the gate's pass is what makes reads at one gate take turns; its version is what the facts were true of.
function writePass(s: Statement, loaded: LoadedFacts, read: ReadToWrite, decision: DecisionToWrite, now: Date) {
  s.guard(
    'pass',
    `update gate_passes set decision_id = ${s.p(decision.id, 'uuid')}, plate_id = ${s.p(read.plateId, 'uuid')},
       track_id = ${s.p(read.trackId, 'text')}, outcome = ${s.p(decision.verdict.outcome, 'outcome')},
       session_id = ${s.p(decision.sessionId, 'uuid')}, quote_id = ${s.p(decision.quote?.id ?? null, 'uuid')},
       command_id = ${s.p(decision.command?.id ?? null, 'uuid')}, confidence = ${s.p(read.confidence, 'real')},
       pending = ${s.p(decision.verdict.reason === 'awaiting_better_read', 'boolean')},
       ${decision.samePass ? '' : `first_read_at = ${s.p(read.receivedAt, 'timestamptz')}, first_read_id = ${s.p(read.id, 'uuid')},`}
       decided_at = ${s.p(now, 'timestamptz')}, passage_at = null, version = version + 1
     where gate_id = ${s.p(loaded.gateId, 'uuid')} and version = ${s.p(loaded.passVersion, 'bigint')} returning 1`,
  )
  if (decision.leftUnseenSessionId !== null)
    // Let out by a payment, or by an operator: then somebody should look at what was not collected.
    closeSession(
      s,
      'unseen',
      decision.leftUnseenSessionId,
      null,
      loaded.facts.pass!.decisionId,
      `(paid_until is null or paid_until < ${s.p(loaded.facts.pass!.decidedAt, 'timestamptz')})`,
      now,
    )
}

function guardWaiting(s: Statement, loaded: LoadedFacts, now: Date) {
  s.guard(
    'waiting',
    `select from gate_passes gp join gates g on g.id = gp.gate_id left join commands c on c.id = gp.command_id
     where gp.gate_id = ${s.p(loaded.gateId, 'uuid')} and ${carWaits(s.p(now, 'timestamptz'))}`,
  )
}

function writeEffect(s: Statement, loaded: LoadedFacts, read: ReadToWrite, decision: DecisionToWrite, now: Date) {
  const { effect } = decision.verdict
  switch (effect.kind) {
    case 'none':
      return
    case 'open_session':
      return openSession(s, loaded, decision, effect, now)
    case 'close_session':
      return closeSession(
        s,
        'session',
        effect.session.id,
        loaded.sessionVersion,
        decision.id,
        s.p(effect.needsReview, 'boolean'),
        now,
      )
    case 'quote': {
      const quote = decision.quote!
      if (!quote.standing)
        s.add(
          'quoted',
          `insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at,
             charge_automatically)
           values (${s.p(quote.id, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(read.plateId, 'uuid')}, ${s.p(effect.session?.id ?? null, 'uuid')},
             ${s.p(effect.tariffId, 'uuid')}, ${s.p(effect.amountMinor, 'int')}, ${s.p(loaded.facts.site.currency, 'text')},
             ${s.p(JSON.stringify(effect.lines), 'jsonb')}, ${s.p(effect.chargedFrom, 'timestamptz')}, ${s.p(now, 'timestamptz')},
             ${s.p(quote.expiresAt, 'timestamptz')}, ${s.p(effect.chargeAutomatically, 'boolean')})`,
        )
      else if (!effect.chargeAutomatically)
        s.wait(
          'withheld',
          `update quotes set charge_automatically = false where id = ${s.p(quote.id, 'uuid')} and charge_automatically`,
        )
      if (effect.session === null) return
      s.guard(
        'session',
        `update sessions set needs_review = needs_review or ${s.p(effect.needsReview, 'boolean')}, version = version + 1
         where id = ${s.p(effect.session.id, 'uuid')} and version = ${s.p(loaded.sessionVersion, 'bigint')} and state = 'open' returning 1`,
      )
    }
  }
}

function openSession(
  s: Statement,
  loaded: LoadedFacts,
  decision: DecisionToWrite,
  effect: Extract<Effect, { kind: 'open_session' }>,
  now: Date,
) {
  const { replaces, subscriptionId } = effect
  if (replaces !== null)
    s.guard(
      'missed_exit',
      `update sessions set state = 'missed_exit', closed_at = ${s.p(now, 'timestamptz')}, needs_review = true, version = version + 1
       where id = ${s.p(replaces.id, 'uuid')} and version = ${s.p(loaded.sessionVersion, 'bigint')} and state = 'open' returning 1`,
    )
  // Reading from missed_exit makes the old stay end before the new one begins, as the unique index demands.
  s.guard(
    'session',
    `insert into sessions (id, site_id, plate_id, subscription_id, entry_decision_id, opened_at)
     select ${s.p(decision.sessionId, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(decision.vehiclePlateId, 'uuid')}, ${s.p(subscriptionId, 'uuid')},
       ${s.p(decision.id, 'uuid')}, ${s.p(now, 'timestamptz')} ${replaces === null ? '' : 'from missed_exit'}
     on conflict do nothing returning 1`,
  )
  // Its payments follow it, by a trigger: also one that is committed while this waits for the quote.
  if (decision.prepaidQuoteId !== null)
    s.guard(
      'prepaid',
      `update quotes set session_id = ${s.p(decision.sessionId, 'uuid')}
       where id = ${s.p(decision.prepaidQuoteId, 'uuid')} and session_id is null returning 1`,
    )
  takeSlot(
    s,
    'site_slots',
    'site_id',
    loaded.siteId,
    effect.takesPlace,
    replaces?.holdsPlace === true,
    decision,
    replaces?.id,
  )
  const samePool = replaces?.holdsPoolPlace === true && replaces.subscriptionId === subscriptionId
  if (replaces?.holdsPoolPlace === true && !samePool) freeSlot(s, 'subscription_slots', 'pool_freed', replaces.id)
  if (effect.takesPoolPlace)
    takeSlot(s, 'subscription_slots', 'subscription_id', subscriptionId!, true, samePool, decision, replaces?.id)
}

/**
 * Claims a free slot row, or takes over the one that the replaced session holds. Counting under a lock in the same statement
 * would over-admit: its snapshot predates the lock. A row is claimed or it is not.
 */
function takeSlot(
  s: Statement,
  table: 'site_slots' | 'subscription_slots',
  owner: 'site_id' | 'subscription_id',
  ownerId: string,
  takes: boolean,
  held: boolean,
  decision: DecisionToWrite,
  replacedId: string | undefined,
) {
  if (!takes) {
    if (held) freeSlot(s, table, `${table}_freed`, replacedId!)
    return
  }
  const found = held
    ? `session_id = ${s.p(replacedId, 'uuid')}`
    : `ctid = (select ctid from ${table} where ${owner} = ${s.p(ownerId, 'uuid')} and session_id is null limit 1 for update skip locked)`
  s.guard(table, `update ${table} set session_id = ${s.p(decision.sessionId, 'uuid')} where ${found} returning 1`)
}

function freeSlot(s: Statement, table: 'site_slots' | 'subscription_slots', name: string, sessionId: string) {
  s.wait(name, `update ${table} set session_id = null where session_id = ${s.p(sessionId, 'uuid')}`)
}

function closeSession(
  s: Statement,
  name: string,
  sessionId: string,
  version: number | null,
  decisionId: string | null,
  needsReview: string,
  now: Date,
) {
  const unchanged = version === null ? '' : `and version = ${s.p(version, 'bigint')}`
  s.guard(
    name,
    `update sessions set state = 'closed', closed_at = ${s.p(now, 'timestamptz')}, exit_decision_id = ${s.p(decisionId, 'uuid')},
       needs_review = needs_review or ${needsReview}, version = version + 1
     where id = ${s.p(sessionId, 'uuid')} and state = 'open' ${unchanged} returning 1`,
  )
  freeSlot(s, 'site_slots', `${name}_place`, sessionId)
  freeSlot(s, 'subscription_slots', `${name}_pool_place`, sessionId)
}

function writeCommand(s: Statement, loaded: LoadedFacts, decisionId: string, command: CommandToWrite, now: Date) {
  s.add(
    'commanded',
    `insert into commands (id, site_id, gate_id, action, reason, streamed, decision_id, issued_at, expires_at)
     values (${s.p(command.id, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(loaded.gateId, 'uuid')}, 'open', ${s.p(command.reason, 'text')},
       ${s.p(command.streamed, 'boolean')}, ${s.p(decisionId, 'uuid')}, ${s.p(now, 'timestamptz')},
       ${s.p(command.expiresAt, 'timestamptz')})`,
  )
}

function markMirror(s: Statement, loaded: LoadedFacts, decision: DecisionToWrite) {
  const { effect, mode } = decision.verdict
  const marks: [string, string][] = []
  if (mode !== 'history') marks.push(['gate', loaded.gateId])
  if (decision.sessionId !== null) marks.push(['session', decision.sessionId])
  if (effect.kind === 'open_session' && effect.replaces !== null) marks.push(['session', effect.replaces.id])
  if (decision.leftUnseenSessionId !== null) marks.push(['session', decision.leftUnseenSessionId])
  // A lane that decides by itself shows at its site.
  const changesSite = effect.kind === 'open_session' || effect.kind === 'close_session' || decision.broughtIn !== null
  if (changesSite || decision.leftUnseenSessionId !== null) marks.push(['site', loaded.siteId])
  const rows = marks.map(([kind, id]) => `(${s.p(kind, 'mirror_kind')}, ${s.p(id, 'uuid')})`)
  const stale = [
    ...(rows.length === 0 ? [] : [`values ${rows.join(', ')}`]),
    ...(decision.alerts.length === 0 ? [] : [`select 'alert'::mirror_kind, id from alerted`]),
  ]
  if (stale.length > 0) s.add('marked', `insert into mirror_marks (kind, subject_id) ${stale.join(' union all ')}`)
}

/** Written with the decision, so that its file is of no use any more. A vehicle that has left in the meantime is not inside. */
function writeBroughtIn(
  s: Statement,
  { siteId, gateId }: LoadedFacts,
  { id, vehiclePlateId, verdict }: DecisionToWrite,
  { at, deviceId, sequence }: BroughtIn,
  decidedAt: Date,
) {
  s.add(
    'journalled',
    `insert into journal_entries (device_id, sequence, kind, gate_id, brought_in_at)
     values (${s.p(deviceId, 'uuid')}, ${s.p(sequence, 'int')}, 'decision', ${s.p(gateId, 'uuid')}, ${s.p(at, 'timestamptz')}) on conflict do nothing`,
  )
  if (verdict.effect.kind === 'open_session')
    s.guard(
      'inside_since',
      `select from (select ${s.p(siteId, 'uuid')} as site_id, ${s.p(vehiclePlateId, 'uuid')} as plate_id, ${s.p(id, 'uuid')} as decision_id,
         ${s.p(decidedAt, 'timestamptz')} as decided_at) entry where not exists (${exitsSince('entry')})`,
    )
}

function writeAlerts(s: Statement, loaded: LoadedFacts, alerts: AlertToWrite[], at: Date) {
  const rows = alerts.map(
    ({ id, kind, subjectKind, subjectId }) =>
      `(${s.p(id, 'uuid')}, ${s.p(loaded.siteId, 'uuid')}, ${s.p(loaded.gateId, 'uuid')}, ${s.p(kind, 'alert_kind')}, ${s.p(subjectKind, 'text')},
        ${s.p(subjectId, 'uuid')}, ${s.p(at, 'timestamptz')})`,
  )
  s.wait(
    'alerted',
    `insert into alerts (id, site_id, gate_id, kind, subject_kind, subject_id, raised_at) values ${rows.join(', ')} on conflict do nothing`,
    'id',
  )
}
