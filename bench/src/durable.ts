import type { Pool } from './database.ts'

const durable = ['fsync', 'synchronous_commit', 'full_page_writes'] as const
export type ServerSettings = Record<string, string>

/** The settings of the server that is measured, as it says them itself. @throws Error when a commit could be lost by a power cut. */
export async function showDurable(pool: Pool): Promise<ServerSettings> {
  const shown: ServerSettings = {}
  for (const name of [...durable, 'server_version', 'shared_buffers', 'max_wal_size', 'checkpoint_timeout']) {
    const { rows } = await pool.query(`show ${name}`)
    shown[name] = rows[0][name]
  }
  const lossy = durable.filter((name) => shown[name] !== 'on')
  if (lossy.length > 0)
    throw new Error(`Postgres runs with ${lossy.join(', ')} off: what it then does is not worth measuring.`)
  return shown
}
