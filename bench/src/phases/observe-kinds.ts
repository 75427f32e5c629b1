import { factsStatements } from '@turnpike/api/repositories/decision-facts.ts'
import type { Samples } from '../driver/floor.ts'
import { mix, type ReadKind } from '../driver/mix.ts'
import { type Server, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'

/**
 * One read of each kind, one after the other: what the server stored of it, and the statement that it sent, as Postgres saw it.
 */
export async function observeKinds({ pool, driver }: Bench, server: Server) {
  const samples: Samples = {}
  const statements: Record<string, string> = {
    'facts (entry)': factsStatements.entry,
    'facts (exit)': factsStatements.exit,
  }
  const problems: string[] = []
  for (const kind of Object.keys(mix) as ReadKind[]) {
    const one = await driver.ask({ do: 'one', to: toServer(server), kind })
    problems.push(...one.problems)
    const { rows: newest } = await pool.query(
      `select query from pg_stat_activity where application_name = 'turnpike-gates' order by query_start desc limit 1`,
    )
    statements[kind] = newest[0].query
    const { rows: stored } = await pool.query(
      `select d.facts::text, a.after::text, q.lines::text
       from read_keys k
       join decisions d on d.id = k.decision_id
       join audit_entries a on a.subject_kind = 'decision' and a.subject_id = d.id::text and a.action = 'decision.made'
       left join quotes q on q.id = d.quote_id
       where k.event_id = $1`,
      [one.eventId],
    )
    samples[kind] = stored[0]
  }
  return { samples, statements, problems }
}
