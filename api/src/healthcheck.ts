import pg from 'pg'
import { config } from './config.ts'

/**
 * Ends with 0 if the relay or the worker of this container talked to the database lately: `node api/src/healthcheck.ts relay`.
 * Neither has a port to ask; both look at the database at least once a second, from the address this check comes from.
 */
const [name = ''] = process.argv.slice(2)
const client = new pg.Client({ connectionString: config.database().DATABASE_URL, connectionTimeoutMillis: 2_000 })
await client.connect()
const { rows } = await client.query<{ alive: boolean }>(
  `select exists (
     select from pg_stat_activity
     where application_name = $1 and datname = current_database() and client_addr is not distinct from inet_client_addr()
       and state_change > now() - interval '15 seconds'
   ) as alive`,
  [`turnpike-${name}`],
)
await client.end()
if (!rows[0]!.alive) {
  console.error(`no ${name || 'process'} talked to the database from here in the last 15 s`)
  process.exitCode = 1
}
