import type pg from 'pg'

type State = {
  gate_id: string
  direction: 'entry' | 'exit'
  decision_id: string
  plate_id: string
  outcome: string
  /** It waits for a better read. */
  pending: boolean
  session_id: string | null
  command_id: string | null
  decided_at: Date
  passage_at: Date | null
  /** The open stay that the decision was made with. */
  stay_id: string | null
}
type Open = {
  id: string
  operator_id: string | null
  issued_at: Date
  expires_at: Date
  /** When it was first said that it failed, or that nobody knows. */
  failed_at: Date | null
}

/** A plate read again within this time, with nothing passed since, is the vehicle that stands there: DESIGN §3. */
const stillStandsMs = 3 * 60_000

/**
 * Follows every gate from one committed pass to the next. A vehicle that still stands there is decided anew only to let it through
 * after all, or once a better read came, and gets a second `open` only when its first took no effect, or from an operator.
 */
export async function passesGoneWrong(pool: pg.Pool, siteIds: string[]): Promise<string[]> {
  const { rows: states } = await pool.query<State>({
    name: 'passes',
    text: `select h.*, g.direction, d.facts #>> '{session,id}' as stay_id from gates g join pass_history h on h.gate_id = g.id
           join decisions d on d.id = h.decision_id where g.site_id = any($1) order by h.gate_id, h.id`,
    values: [siteIds],
  })
  const { rows } = await pool.query<Open>({
    name: 'opens',
    text: `select c.id, c.operator_id, c.issued_at, c.expires_at, (
             select min(a.at) from audit_entries a
             where a.subject_kind = 'command' and a.subject_id = c.id::text and a.after ->> 'outcome' in ('failed', 'unknown')
           ) as failed_at
           from gates g join commands c on c.gate_id = g.id where g.site_id = any($1) and c.action = 'open'`,
    values: [siteIds],
  })
  const opens = new Map(rows.map((command) => [command.id, command]))
  const problems: string[] = []
  for (let n = 1; n < states.length; n += 1) {
    const [before, after] = [states[n - 1]!, states[n]!]
    if (before.gate_id !== after.gate_id || !stillStands(before, after)) continue
    const say = (what: string) => problems.push(`${what}: ${JSON.stringify({ before, after })}`)
    const upgraded = before.outcome !== 'ALLOW' && after.outcome === 'ALLOW'
    const atLast = before.pending && !after.pending
    if (before.decision_id !== after.decision_id && !upgraded && !atLast) say('a pass was decided twice')
    const [first, second] = [opens.get(before.command_id ?? ''), opens.get(after.command_id ?? '')]
    if (first === undefined || second === undefined || first === second || second.operator_id !== null) continue
    if (!tookNoEffect(first, second.issued_at)) say(`${second.id} is one more open beside ${JSON.stringify(first)}`)
  }
  return problems
}

function stillStands(before: State, after: State): boolean {
  if (before.plate_id !== after.plate_id || before.passage_at !== null) return false
  if (+after.decided_at - +before.decided_at > stillStandsMs) return false
  if (before.decision_id === after.decision_id) return true
  // Seen elsewhere since: it left and came back, or came in and is leaving again.
  return before.direction === 'entry'
    ? before.session_id === null || after.stay_id === before.session_id
    : after.stay_id === null || after.stay_id === before.session_id
}

function tookNoEffect({ failed_at, expires_at }: Open, at: Date): boolean {
  return expires_at <= at || (failed_at !== null && failed_at <= at)
}
