import { onPool } from './local-database.ts'

/** Marks all that a console shows for the mirror: an emulator's memory is empty at every start. */
export async function markEverything(databaseUrl: string): Promise<void> {
  await onPool(databaseUrl, (pool) =>
    pool.query(`
      insert into mirror_marks (kind, subject_id)
      select 'site'::mirror_kind, id from sites
      union all select 'gate', id from gates
      union all select 'operator', id from operators
      union all select 'session', id from sessions where state = 'open'
      union all (select 'decision', id from decisions order by id desc limit 500)
      union all (select 'payment', id from payments order by id desc limit 500)`),
  )
}

/** Whether the mirror holds everything that was marked, and no barrier has anything left to do. */
export async function isAtRest(databaseUrl: string): Promise<boolean> {
  return onPool(databaseUrl, async (pool) => {
    const { rows } = await pool.query(`
      select not exists (select from mirror_marks)
        and not exists (select from commands where outcome is null and expires_at > now())
        and not exists (select from gates where observed_state is distinct from 'closed' and barrier_mode = 'normal') as rest`)
    return rows[0].rest
  })
}
