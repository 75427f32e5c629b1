import { join } from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'

/** Any number that is ours: two processes that migrate at once take turns on it. */
const migrationLock = 7_305_410

/** What a migration raises when a person has to do something first: the message and the hint say what. */
const needsHelp = 'TP003'

/**
 * Brings the database at `databaseUrl` to the newest schema. Its user becomes the owner of what is made, and must be able to make
 * the role that the processes of the core connect as.
 * @throws Error with Postgres' own message, or one that says what to do first
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'turnpike-migrate' })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await applyMigrations(drizzle(client), { migrationsFolder: join(import.meta.dirname, 'migrations') })
  } catch (error) {
    const raised = ((error as Error).cause ?? error) as { code?: string; message: string; hint?: string }
    throw raised.code === needsHelp ? new Error(`${raised.message} ${raised.hint}`, { cause: error }) : error
  } finally {
    await client.end()
  }
}
