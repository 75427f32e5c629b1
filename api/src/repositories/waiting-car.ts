import { sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'

/**
 * The gate at which this session's car waits: the newest pass there is its PAY decision, nothing has passed since, it is younger
 * than the gate's `waitSeconds`, and the loop, where there is one, is occupied. Locks that pass, so that a car which drives off or
 * is read again at the same moment settles it first. Undefined: nobody waits.
 */
export async function lockWaitingCar(
  tx: Tx,
  sessionId: string,
  now: Date,
): Promise<{ gateId: string; siteId: string; decisionId: string } | undefined> {
  const { rows } = await tx.execute<{ gate_id: string; site_id: string; decision_id: string }>(sql`
    select gp.gate_id, g.site_id, gp.decision_id
    from gate_passes gp join gates g on g.id = gp.gate_id left join commands c on c.id = gp.command_id
    where gp.session_id = ${sessionId}::uuid and gp.outcome = 'PAY' and g.direction = 'exit'
      and gp.passage_at is null
      and (c.id is null or c.outcome in ('failed', 'unknown') or (c.outcome is null and c.expires_at <= ${now}::timestamptz))
      and gp.decided_at > ${now}::timestamptz - make_interval(secs => g.wait_seconds)
      and g.loop_occupied is not false
    order by gp.decided_at desc limit 1
    for no key update of gp`)
  const row = rows[0]
  return row && { gateId: row.gate_id, siteId: row.site_id, decisionId: row.decision_id }
}
