import { sql } from 'drizzle-orm'
import type { Tx } from '../db/client.ts'

/**
 * SQL that says whether a car waits at an exit: the newest pass there (`gp`, of the gate `g`) is its PAY decision, nothing has opened
 * for it (its command, if any, is `c`) or passed since, nor has the car been read at another gate, or a vehicle here that had its
 * answer before, it is younger than the gate's `waitSeconds`, the lane is not blocked, and the loop, where there is one, is occupied.
 * `now` is the SQL of an instant.
 */
export const carWaits = (now: string) => `
  g.direction = 'exit' and gp.outcome = 'PAY' and gp.passage_at is null
    and (c.id is null or c.outcome in ('failed', 'unknown') or (c.outcome is null and c.expires_at <= ${now}))
    and gp.decided_at > ${now} - make_interval(secs => g.wait_seconds)
    and g.loop_occupied is not false and g.barrier_mode <> 'blocked'
    and not exists (select from gate_passes o where o.session_id = gp.session_id and o.decided_at > gp.decided_at)
    and not exists (
      select from cameras k join reads r on r.camera_id = k.id join decisions before on before.id = r.decision_id
      where k.gate_id = gp.gate_id and r.received_at >= gp.decided_at and r.disposition = 'suppressed' and before.created_at < gp.first_read_at)`

export type WaitingCar = { sessionId: string; gateId: string; siteId: string; decisionId: string }

/**
 * The gate at which this session's car waits. Locks its passes first, so that a car which drives off, is read again or is told to
 * open at the same moment settles it before anything is looked up: a statement that waits for a lock sees the locked row as it
 * has become, but what it joins to it as it was. Undefined: nobody waits.
 */
export async function lockWaitingCar(tx: Tx, sessionId: string, now: Date): Promise<WaitingCar | undefined> {
  await tx.execute(sql`
    select from gate_passes where session_id = ${sessionId}::uuid and outcome = 'PAY' order by gate_id for no key update`)
  const { rows } = await tx.execute<{ gate_id: string; site_id: string; decision_id: string }>(sql`
    select gp.gate_id, g.site_id, gp.decision_id
    from (select ${now}::timestamptz as now) at
    cross join gate_passes gp join gates g on g.id = gp.gate_id left join commands c on c.id = gp.command_id
    where gp.session_id = ${sessionId}::uuid and ${sql.raw(carWaits('at.now'))}
    order by gp.decided_at desc limit 1`)
  const row = rows[0]
  return row && { sessionId, gateId: row.gate_id, siteId: row.site_id, decisionId: row.decision_id }
}
