import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { dumpSchema } from '@turnpike/api/db/dump-schema.ts'
import { migrate } from '@turnpike/api/db/migrate.ts'
import { startScratchPostgres } from '@turnpike/local/scratch-postgres.ts'
import { lineDiff } from './line-diff.ts'

const path = 'api/src/db/schema.sql'
const remedy = 'When the change is meant: node tools/dump-schema.ts --write'

/** Compares the committed dump with what the migrations really make on a fresh Postgres. */
export async function schemaDumpProblems(root: string): Promise<string[]> {
  const committed = await readFile(join(root, path), 'utf8').catch(() => undefined)
  if (committed === undefined) return [`${path} is missing. Make it: node tools/dump-schema.ts --write`]
  const fresh = await freshDump()
  return fresh === committed ? [] : [`${path} is not what the migrations make.`, lineDiff(committed, fresh), remedy]
}

async function freshDump(): Promise<string> {
  const server = await startScratchPostgres()
  try {
    await migrate(server.url())
    return await dumpSchema(server.url())
  } finally {
    await server.stop()
  }
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..')
  if (process.argv.includes('--write')) await writeFile(join(root, path), await freshDump())
  else console.log((await schemaDumpProblems(root)).join('\n') || `${path} is what the migrations make`)
}
