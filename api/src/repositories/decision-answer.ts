import type { DecisionMode, Outcome, ReasonCode } from '@turnpike/contracts/decision.ts'
import type pg from 'pg'

/** A stored decision with what is needed to answer it again now. */
export type StoredDecision = {
  id: string
  outcome: Outcome
  reason: ReasonCode
  mode: DecisionMode
  sessionId: string | null
  commandId: string | null
  matchedPlate: string | null
  quote: { id: string; amountMinor: number; currency: string; expiresAt: Date } | null
  /** Its command can still open: no result, not expired, and nothing has passed or been decided at the gate since. */
  mayStillOpen: boolean
}

/** `now` is the SQL of the instant at which the answer is given. */
export const answerColumns = (now: string) => `
  d.id, d.outcome, d.reason, d.mode, d.session_id, cm.id as command_id, mp.plate as matched_plate,
  q.id as quote_id, q.amount_minor, q.currency, q.expires_at,
  (d.outcome = 'ALLOW' and d.mode <> 'history' and cm.outcome is null and cm.expires_at > ${now}
    and gp.decision_id = d.id and gp.passage_at is null) is true as may_still_open`

/**
 * `command` is the SQL of the `open` that the answer names: the decision's own, unless it was given once more. The matched plate is
 * that of the stay or the subscription, which today is the plate that was read.
 */
export const answerJoins = (command = 'd.command_id') => `
  decisions d
  join gate_passes gp on gp.gate_id = d.gate_id
  left join commands cm on cm.id = ${command}
  left join quotes q on q.id = d.quote_id
  left join plates mp on mp.id = d.matched_plate_id`

/** The decision that an event id got, with the `open` it was answered with, for a repeat of it: nothing moves. */
export async function loadDecision(
  pool: pg.Pool,
  decisionId: string,
  commandId: string | null,
  now: Date,
): Promise<StoredDecision> {
  const { rows } = await pool.query({
    name: 'answer',
    text: `select ${answerColumns('$2::timestamptz')} from ${answerJoins('coalesce($3::uuid, d.command_id)')} where d.id = $1::uuid`,
    values: [decisionId, now, commandId],
  })
  return toStoredDecision(rows[0]!)
}

export function toStoredDecision(row: pg.QueryResultRow): StoredDecision {
  return {
    id: row.id,
    outcome: row.outcome,
    reason: row.reason,
    mode: row.mode,
    sessionId: row.session_id,
    commandId: row.command_id,
    matchedPlate: row.matched_plate,
    quote:
      row.quote_id === null
        ? null
        : { id: row.quote_id, amountMinor: row.amount_minor, currency: row.currency, expiresAt: row.expires_at },
    mayStillOpen: row.may_still_open,
  }
}
