import type { ReadKind } from '../driver/mix.ts'
import { type Server, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'

/** One read: what the server stored of it, and the statement that it sent after it had decided, as Postgres saw it. */
export async function observeKind({ pool, driver }: Bench, server: Server, kind: ReadKind) {
  const { eventId, problems } = await driver.ask({ do: 'one', to: toServer(server), kind })
  const { rows: newest } = await pool.query(
    `select query from pg_stat_activity where application_name = 'turnpike-gates' order by query_start desc limit 1`,
  )
  const { rows: stored } = await pool.query(
    `select d.facts::text, a.after::text, q.lines::text
     from read_keys k
     join decisions d on d.id = k.decision_id
     join audit_entries a on a.subject_kind = 'decision' and a.subject_id = d.id::text and a.action = 'decision.made'
     left join quotes q on q.id = d.quote_id
     where k.event_id = $1`,
    [eventId],
  )
  return { sample: stored[0], statement: newest[0].query, problems }
}
