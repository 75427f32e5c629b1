import { onPool } from './local-database.ts'

/** Has the relay push every document that is still shown: an emulator's memory is empty at every start. */
export async function pushEverythingAgain(databaseUrl: string): Promise<void> {
  await onPool(databaseUrl, (pool) =>
    pool.query(`
      update mirror_documents set pushed_version = 0, pushed_at = null
      where data ->> 'expireAt' is null or (data ->> 'expireAt')::timestamptz > now()`),
  )
}

/** Whether the mirror has everything that was marked, and no barrier has anything left to do. */
export async function isAtRest(databaseUrl: string, profile: 'hybrid' | 'postgres_only'): Promise<boolean> {
  return onPool(databaseUrl, async (pool) => {
    const { rows } = await pool.query(
      `select not exists (select from mirror_marks)
         and ($1 = 'postgres_only' or not exists (select from mirror_documents where pushed_version < version and data is not null))
         and not exists (select from commands where streamed and outcome is null and expires_at > now())
         and not exists (select from gates where observed_state is distinct from 'closed' and barrier_mode = 'normal') as rest`,
      [profile],
    )
    return rows[0].rest
  })
}
