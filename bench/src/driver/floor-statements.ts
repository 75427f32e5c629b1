import { answerColumns, answerJoins } from '@turnpike/api/repositories/decision-answer.ts'
import { factsStatements } from '@turnpike/api/repositories/decision-facts.ts'
import type { ReadKind } from './mix.ts'

/*
 * The floor: for each kind of read one statement that looks up what the server looks up, word for word, and writes the rows that it
 * writes. It is told what the decision will be, so nothing is left of the work but Postgres' own. That it writes neither less nor more
 * is counted in every run. `{name}` is a value from outside; $1 and so on are those of the facts statements.
 */

export type Direction = keyof typeof factsStatements
/** `values` names what goes in after the values of the facts statement. It answers `done`: whether it wrote what it must. */
export type FloorStatement = { text: string; values: string[] }

export const floorStatements: Record<ReadKind, (direction: Direction) => FloorStatement> = {
  visitor_enters: () => enters('transient_entry', {}),
  new_plate_enters: () => enters('transient_entry', { isNew: true }),
  subscriber_enters: () => enters('subscription', { isSubscriber: true }),
  blacklisted_refused: refused,
  subscriber_leaves: () => leaves('subscription'),
  paid_leaves: () => leaves('paid'),
  owing_asked: asked,
  event_repeated: (direction) => statement(direction, [], [answered('earlier_decision_id')]),
  read_again: (direction) =>
    statement(
      direction,
      [readRows('suppressed', '(select pass_decision_id from facts)')],
      [touched('key'), answered('pass_decision_id')],
    ),
}

function enters(reason: string, { isNew = false, isSubscriber = false }): FloorStatement {
  const parts = [
    readRows('decided'),
    passRow('ALLOW', '{session}::uuid', 'null', '{command}::uuid'),
    `session as (
      insert into sessions (id, site_id, plate_id, subscription_id, entry_decision_id, opened_at)
      select {session}::uuid, site_id, ${plateId}, ${isSubscriber ? 'subscription_id::uuid' : 'null'}, {decision}::uuid, $4::timestamptz from facts
      on conflict do nothing returning 1)`,
    claimedPlace('site_slots', 'site_id'),
    commandRow(reason),
    ...decisionRows('ALLOW', reason, {
      matched: isSubscriber ? 'subscription_plate_id' : 'null::uuid',
      session: '{session}::uuid',
      command: '{command}::uuid',
    }),
    markRows("('gate', gate_id), ('session', {session}::uuid), ('site', site_id)"),
  ]
  const done = [touched('key'), touched('pass'), touched('session'), touched('site_slots')]
  if (isNew) {
    parts.push(
      `plate as (
        insert into plates (id, raw, plate, skeleton) select {plate}::uuid, $5::text, $3::text, $6::text from facts where plate_id is null
        on conflict do nothing returning 1)`,
    )
    done.push(touched('plate'))
  }
  if (isSubscriber) {
    parts.push(claimedPlace('subscription_slots', 'subscription_id'))
    done.push(touched('subscription_slots'))
  }
  return statement('entry', parts, done)
}

function leaves(reason: string): FloorStatement {
  return statement(
    'exit',
    [
      readRows('decided'),
      passRow('ALLOW', 'f.session_id', 'null', '{command}::uuid'),
      `session as (
        update sessions s set state = 'closed', closed_at = $4::timestamptz, exit_decision_id = {decision}::uuid, needs_review = s.needs_review or false, version = s.version + 1
        from facts f where s.id = f.session_id and s.state = 'open' and s.version = f.session_version returning 1)`,
      'site_place as (update site_slots set session_id = null where session_id = (select session_id from facts) returning 1)',
      'pool_place as (update subscription_slots set session_id = null where session_id = (select session_id from facts) returning 1)',
      commandRow(reason),
      ...decisionRows('ALLOW', reason, {
        matched: 'session_plate_id',
        session: 'session_id',
        command: '{command}::uuid',
      }),
      markRows("('gate', gate_id), ('session', session_id), ('site', site_id)"),
    ],
    [touched('key'), touched('pass'), touched('session'), touched('site_place')],
  )
}

function asked(): FloorStatement {
  return statement(
    'exit',
    [
      readRows('decided'),
      passRow('PAY', 'f.session_id', '{quote}::uuid', 'null'),
      `quoted as (
        insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at, charge_automatically)
        select {quote}::uuid, site_id, plate_id, session_id, tariff_id, 400, currency, {lines}::jsonb, opened_at, $4::timestamptz,
          $4::timestamptz + make_interval(secs => quote_valid_seconds), true from facts returning 1)`,
      `session as (
        update sessions s set needs_review = s.needs_review or false, version = s.version + 1
        from facts f where s.id = f.session_id and s.version = f.session_version and s.state = 'open' returning 1)`,
      ...decisionRows('PAY', 'payment_due', {
        matched: 'session_plate_id',
        session: 'session_id',
        quote: '{quote}::uuid',
      }),
      markRows("('gate', gate_id), ('session', session_id)"),
    ],
    [touched('key'), touched('pass'), touched('session'), touched('quoted')],
  )
}

function refused(): FloorStatement {
  return statement(
    'entry',
    [
      readRows('decided'),
      passRow('DENY', 'null', 'null', 'null'),
      ...decisionRows('DENY', 'blacklisted', { matched: 'plate_id' }),
      markRows("('gate', gate_id)"),
    ],
    [touched('key'), touched('pass')],
  )
}

const plateId = 'coalesce(plate_id, {plate}::uuid)'

function readRows(disposition: string, decisionId = '{decision}::uuid'): string {
  return `
    key as (
      insert into read_keys (camera_id, event_id, read_id, decision_id, received_at)
      select $1::uuid, $2::text, {read}::uuid, ${decisionId}, $4::timestamptz from facts on conflict do nothing returning 1),
    stored as (
      insert into reads (id, site_id, gate_id, camera_id, event_id, track_id, raw_plate_id, plate_id, confidence, captured_at, received_at, retransmitted, disposition, decision_id)
      select {read}::uuid, site_id, gate_id, $1::uuid, $2::text, null, ${plateId}, ${plateId}, 0.97::real, $4::timestamptz, $4::timestamptz, false,
        '${disposition}', ${decisionId} from facts)`
}

function passRow(outcome: string, sessionId: string, quoteId: string, commandId: string): string {
  return `
    pass as (
      update gate_passes p set decision_id = {decision}::uuid, plate_id = coalesce(f.plate_id, {plate}::uuid), track_id = null, outcome = '${outcome}',
        session_id = ${sessionId}, quote_id = ${quoteId}, command_id = ${commandId}, confidence = 0.97::real, pending = false,
        first_read_at = $4::timestamptz, first_read_id = {read}::uuid, decided_at = $4::timestamptz, passage_at = null, version = p.version + 1
      from facts f where p.gate_id = f.gate_id and p.version = f.pass_version returning 1)`
}

function claimedPlace(table: string, owner: string): string {
  return `
    ${table} as (
      update ${table} set session_id = {session}::uuid
      where ctid = (select ctid from ${table} where ${owner} = (select ${owner} from facts) and session_id is null limit 1 for update skip locked) returning 1)`
}

function commandRow(reason: string): string {
  return `
    commanded as (
      insert into commands (id, site_id, gate_id, action, reason, streamed, decision_id, issued_at, expires_at)
      select {command}::uuid, site_id, gate_id, 'open', '${reason}', actuation = 'controller', {decision}::uuid, $4::timestamptz,
        $4::timestamptz + interval '10 seconds' from facts)`
}

function decisionRows(
  outcome: string,
  reason: string,
  { matched = 'null::uuid', session = 'null::uuid', quote = 'null::uuid', command = 'null::uuid' },
): string[] {
  return [
    `decided as (
      insert into decisions (id, site_id, gate_id, camera_id, read_id, plate_id, outcome, reason, mode, facts, rules_version, matched_plate_id, match_kind,
        session_id, quote_id, command_id, created_at)
      select {decision}::uuid, site_id, gate_id, $1::uuid, {read}::uuid, ${plateId}, '${outcome}', '${reason}', 'normal', {facts}::jsonb, 2, ${matched},
        case when ${matched} is not null then 'exact'::match_kind end, ${session}, ${quote}, ${command}, $4::timestamptz from facts)`,
    `audited as (
      insert into audit_entries (at, site_id, actor_kind, actor_id, action, subject_kind, subject_id, after, request_id)
      select $4::timestamptz, site_id, 'camera', $1::text, 'decision.made', 'decision', {decision}::text, {after}::jsonb, {request}::text from facts)`,
  ]
}

function markRows(marks: string): string {
  return `
    marked as (
      insert into mirror_marks (kind, subject_id)
      select kind::mirror_kind, id from facts, lateral (values ${marks}) m (kind, id))`
}

function touched(part: string): string {
  return `exists (select from ${part})`
}

/** What a further read of a vehicle is answered with. */
function answered(decisionId: string): string {
  return `(select outcome from (
    select ${answerColumns('$4::timestamptz')} from ${answerJoins()} where d.id = (select ${decisionId} from facts)) answer) is not null`
}

/** How many values the facts statements have. */
const factsParameters = Math.max(...[...factsStatements.entry.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)))

/** Materialized: what is not needed for the writes is looked up all the same. */
function statement(direction: Direction, parts: string[], done: string[]): FloorStatement {
  const facts = `facts as materialized (${factsStatements[direction]})`
  const named = `with ${[facts, ...parts].join(', ')} select ${done.join(' and ')} as done`
  const values: string[] = []
  const text = named.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!values.includes(name)) values.push(name)
    return `$${factsParameters + 1 + values.indexOf(name)}`
  })
  return { text, values }
}
