import type pg from 'pg'

/** One committed state of a gate's newest pass, with what its decision was made from. */
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
  made_from: {
    session: { id: string } | null
    pass: { decisionId: string; passageAt: string | null; command: { id: string } | null } | null
  }
}
type Open = {
  id: string
  decision_id: string
  issued_at: Date
  expires_at: Date
  /** When it was first said that it failed, or that nobody knows. */
  failed_at: Date | null
}

/** A plate read again within this time, with nothing passed since, is the vehicle that stands there. */
const stillStandsMs = 3 * 60_000

/**
 * Follows every gate from one committed pass to the next. Each decision was made from the pass that it replaced. A vehicle that
 * still stands there is decided anew only once it is let through, is held up by something else, or a better read came, and gets a second `open` only
 * when its first took no effect, or from an operator.
 */
export async function passesGoneWrong(pool: pg.Pool, siteIds: string[]): Promise<string[]> {
  const { rows: states } = await pool.query<State>({
    name: 'passes',
    text: `select h.*, g.direction, d.facts as made_from from gates g join pass_history h on h.gate_id = g.id
           join decisions d on d.id = h.decision_id where g.site_id = any($1) order by h.gate_id, h.id`,
    values: [siteIds],
  })
  const { rows: opens } = await pool.query<Open>({
    name: 'opens',
    text: `select c.*, (
             select min(a.at) from audit_entries a
             where a.subject_kind = 'command' and a.subject_id = c.id::text and a.after ->> 'outcome' in ('failed', 'unknown')
           ) as failed_at
           from gates g join commands c on c.gate_id = g.id
           where g.site_id = any($1) and c.action = 'open' and c.operator_id is null order by c.issued_at, c.id`,
    values: [siteIds],
  })
  return [
    ...pairs(states).flatMap(([before, after]) => wrongStep(before, after)),
    ...vehicles(states).flatMap((decisions) => opensTooMany(opens.filter((open) => decisions.has(open.decision_id)))),
  ]
}

function wrongStep(before: State, after: State): string[] {
  if (before.gate_id !== after.gate_id || before.decision_id === after.decision_id) return []
  const problems: string[] = []
  const { pass } = after.made_from
  const isAsItWas =
    pass?.decisionId === before.decision_id &&
    (pass.passageAt === null) === (before.passage_at === null) &&
    (pass.command?.id ?? null) === before.command_id
  if (!isAsItWas) problems.push('a decision was made from a pass that was not the newest one any more')
  const upgraded = before.outcome !== 'ALLOW' && after.outcome !== before.outcome
  const atLast = before.pending && !after.pending
  if (stillStands(before, after) && !upgraded && !atLast) problems.push('a pass was decided twice')
  return problems.map((problem) => `${problem}: ${JSON.stringify({ before, after })}`)
}

function stillStands(before: State, after: State): boolean {
  if (before.gate_id !== after.gate_id || before.plate_id !== after.plate_id || before.passage_at !== null) return false
  if (before.decision_id === after.decision_id) return true
  if (+after.decided_at - +before.decided_at > stillStandsMs) return false
  // Seen elsewhere since: it left and came back, or came in and is leaving again.
  const stay = after.made_from.session?.id
  return before.direction === 'entry'
    ? before.session_id === null || stay === before.session_id
    : stay === undefined || stay === before.session_id
}

/** For each vehicle that stood at a gate, the decisions that it got there. */
function vehicles(states: State[]): Set<string>[] {
  const all: Set<string>[] = []
  states.forEach((state, n) => {
    const before = states[n - 1]
    if (before === undefined || !stillStands(before, state)) all.push(new Set())
    all.at(-1)!.add(state.decision_id)
  })
  return all
}

function opensTooMany(opens: Open[]): string[] {
  return pairs(opens)
    .filter(([first, second]) => {
      const failed = first.failed_at !== null && first.failed_at <= second.issued_at
      return !failed && first.expires_at > second.issued_at
    })
    .map((both) => `one vehicle got a second open beside the first: ${JSON.stringify(both)}`)
}

function pairs<T>(list: T[]): [T, T][] {
  return list.slice(1).map((item, n) => [list[n]!, item])
}
