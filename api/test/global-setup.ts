import { startScratchPostgres } from '@turnpike/local/scratch-postgres.ts'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../src/db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated, empty database that every test file clones. Nobody may be connected to it while it is cloned. */
    templateDatabaseUrl: string
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
    project.provide('templateDatabaseUrl', templateDatabaseUrl)
  } catch (error) {
    await server.stop()
    throw error
  }
  return () => server.stop()
}
