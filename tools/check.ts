import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { documentPath } from '@turnpike/contracts/live-documents.ts'
import { commandProblems } from './command.ts'
import { composeFileProblems } from './compose-file.ts'
import { docReferenceProblems } from './doc-references.ts'
import { schemaDumpProblems } from './dump-schema.ts'
import { firestoreRulesProblems } from './firestore-rules.ts'
import { folderNameProblems } from './folder-names.ts'
import { generatedClientProblems } from './generated-client.ts'
import { importRuleProblems } from './import-rules.ts'
import { lockFileProblems } from './lock-file.ts'
import { migrationDriftProblems } from './migration-drift.ts'
import { namedTestProblems } from './named-tests.ts'
import { providerNameProblems } from './provider-names.ts'
import { listRepositoryFiles } from './repository-files.ts'
import { type Check, report, runChecks } from './run-checks.ts'

/*
 * Everything that can be said about the code without running it: `npm run check`, or `npm run check -- types lock-file` for some
 * of it. Slow ones first, two at a time.
 */

const root = resolve(import.meta.dirname, '..')
const command = (...words: [string, ...string[]]) => commandProblems(root, words)
const types = (name: string, project: string): Check => ({
  name,
  run: () =>
    command('tsc', '-p', project, '--incremental', '--tsBuildInfoFile', `node_modules/.cache/tsc/${name}.json`),
})

const mirrored = Object.values(documentPath).map((path) => path('site', 'document').split('/').at(-2)!)

const checks: Check[] = [
  types('types', 'tsconfig.json'),
  types('types-dashboard', 'dashboard/tsconfig.json'),
  { name: 'schema-dump', run: () => schemaDumpProblems(root) },
  { name: 'generated-client', run: () => generatedClientProblems(root) },
  { name: 'dead-code', run: () => command('knip', '--no-progress') },
  { name: 'import-rules', run: () => importRuleProblems(root) },
  { name: 'migration-drift', run: () => migrationDriftProblems(root) },
  { name: 'format-and-lint', run: () => command('biome', 'ci', '--error-on-warnings', '.') },
  { name: 'compose-file', run: () => composeFileProblems(join(root, 'docker-compose.yml')) },
  {
    name: 'firestore-rules',
    run: async () => firestoreRulesProblems(await readFile(join(root, 'firestore.rules'), 'utf8'), mirrored),
  },
  { name: 'doc-references', run: async () => docReferenceProblems(root, await listRepositoryFiles(root)) },
  { name: 'named-tests', run: async () => namedTestProblems(root, await listRepositoryFiles(root)) },
  { name: 'provider-names', run: async () => providerNameProblems(root, await listRepositoryFiles(root)) },
  { name: 'folder-names', run: async () => folderNameProblems(await listRepositoryFiles(root)) },
  { name: 'lock-file', run: async () => lockFileProblems(await readFile(join(root, 'package-lock.json'), 'utf8')) },
]

const names = process.argv.slice(2)
const unknown = names.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are ${checks.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const start = performance.now()
const results = await runChecks(
  checks.filter(({ name }) => names.length === 0 || names.includes(name)),
  2,
)
console.log(report(results))
console.log(`\n${((performance.now() - start) / 1000).toFixed(1)} s`)
process.exitCode = results.every(({ problems }) => problems.length === 0) ? 0 : 1
