import { randomBytes } from 'node:crypto'
import { asLogin } from '@turnpike/local/local-database.ts'
import pg from 'pg'
import { inject } from 'vitest'

export type TestDatabase = {
  /** As the owner of the tables, for setting up and for looking. */
  url: string
  pool: pg.Pool
  /** As the processes of the core connect: what is under test gets this one, so that a right it lacks shows. */
  appUrl: string
  drop(): Promise<void>
}

/**
 * A migrated, empty database of one's own on real Postgres: commits, locks and races behave as in production. Make one per test
 * file (`beforeAll`) and drop it (`afterAll`).
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateDatabaseUrl'))
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(template, `create database ${name} template ${template.pathname.slice(1)}`)

  const url = urlOf(template, name)
  const pool = new pg.Pool({ connectionString: url })
  pool.on('error', () => {}) // a test may kill connections on purpose
  return {
    url,
    pool,
    appUrl: asLogin(url, inject('appLogin')),
    async drop() {
      await pool.end()
      await asAdmin(template, `drop database ${name} with (force)`)
    },
  }
}

async function asAdmin(server: URL, statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: urlOf(server, 'postgres') })
  await admin.connect()
  try {
    await admin.query(statement)
  } finally {
    await admin.end()
  }
}

function urlOf(server: URL, database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}
