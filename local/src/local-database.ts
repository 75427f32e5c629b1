import { openDatabase } from '@turnpike/api/db/client.ts'
import type { Child } from './child.ts'
import { localFolder } from './local-folder.ts'
import { startPostgres } from './postgres.ts'

/** The stack's database as its owner has it: the one that DATABASE_URL gives, or an embedded server's in the local folder. */
export async function openLocalDatabase(
  port: number,
  given: string | undefined,
): Promise<{ databaseUrl: string; child?: Child }> {
  if (given !== undefined) return { databaseUrl: given }
  const server = await startPostgres({ dataDir: localFolder.postgres, port, durable: true })
  await onPool(server.url(), async (pool) => {
    const { rowCount } = await pool.query("select from pg_database where datname = 'turnpike'")
    if (rowCount === 0) await pool.query('create database turnpike')
  })
  return { databaseUrl: server.url('turnpike'), child: server.child }
}

/** The same database for somebody else: the core's processes connect as a role that owns nothing. */
export function asLogin(databaseUrl: string, { user, password }: { user: string; password: string }): string {
  const url = new URL(databaseUrl)
  url.username = user
  url.password = password
  return url.href
}

export type Pool = ReturnType<typeof openDatabase>['pool']

/** One piece of work on a connection of its own. */
export async function onPool<T>(url: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  const database = openDatabase(url, 'local', () => {}, { connections: 1 })
  try {
    return await work(database.pool)
  } finally {
    await database.close()
  }
}
