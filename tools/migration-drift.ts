import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { runCommand } from './command.ts'

/**
 * Lets drizzle-kit write the migration it thinks is missing, into a copy: `schema.ts` and the migrations agree when it writes
 * none. What it cannot express (triggers, functions) the schema dump covers.
 */
export async function migrationDriftProblems(root: string): Promise<string[]> {
  const api = join(root, 'api')
  const copy = await mkdtemp(join(tmpdir(), 'turnpike-migrations-'))
  try {
    await cp(join(api, 'src/db/migrations'), copy, { recursive: true })
    const before = await listSql(copy)
    const out = relative(api, copy) // drizzle-kit puts "./" before whatever it is given
    const { exitCode, output } = await runCommand(
      root,
      ['drizzle-kit', 'generate', '--dialect', 'postgresql', '--schema', './src/db/schema.ts', '--out', out],
      api,
    )
    // A renamed column makes it ask; without a keyboard it ends content and writes nothing.
    if (exitCode === 0 && output.includes('No schema changes')) return []
    const missing = (await listSql(copy)).filter((name) => !before.includes(name))
    const statements = await Promise.all(missing.map((name) => readFile(join(copy, name), 'utf8')))
    const remedy = 'schema.ts and the migrations disagree: cd api && npx drizzle-kit generate --name <what>'
    return [...(statements.length > 0 ? statements : [output]), remedy]
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

const listSql = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.sql'))
