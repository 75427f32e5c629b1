import { randomBytes } from 'node:crypto'
import { asLogin } from '@turnpike/local/local-database.ts'
import { startScratchPostgres } from '@turnpike/local/scratch-postgres.ts'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { ensureAppLogin } from '../src/db/app-login.ts'
import { migrate } from '../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated, empty database that every test file clones. Nobody may be connected to it while it is cloned. */
    templateDatabaseUrl: string
    /** As whom the app under test connects: with the rights that it has in production and no others. */
    appLogin: { user: string; password: string }
  }
}

/** One Postgres for all test files; migrating happens once. */
export default async function setup(project: TestProject) {
  const server = await startScratchPostgres()
  try {
    const admin = new pg.Client({ connectionString: server.url() })
    await admin.connect()
    await admin.query('create database template_turnpike')
    await admin.end()

    const templateDatabaseUrl = server.url('template_turnpike')
    await migrate(templateDatabaseUrl)
    const appLogin = { user: 'turnpike_test', password: randomBytes(24).toString('hex') }
    await ensureAppLogin(templateDatabaseUrl, asLogin(templateDatabaseUrl, appLogin), 'that of this test run')
    project.provide('templateDatabaseUrl', templateDatabaseUrl)
    project.provide('appLogin', appLogin)
  } catch (error) {
    await server.stop()
    throw error
  }
  return () => server.stop()
}
