import { appendFile, cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { schemaDumpProblems } from '../dump-schema.ts'
import { migrationDriftProblems } from '../migration-drift.ts'
import { makeTree } from './tree.ts'

const repository = resolve(import.meta.dirname, '../..')

test('a dump that is not what the migrations make is shown line by line, with what to do', async () => {
  const root = await makeTree({ 'api/src/db/schema.sql': 'create table forgotten ();\n' })
  const problems = (await schemaDumpProblems(root)).join('\n')
  expect(problems).toContain('- create table forgotten ();')
  expect(problems).toContain('+ create table decisions (')
  expect(problems).toContain('node tools/dump-schema.ts --write')
})

async function copyOfSchema(): Promise<string> {
  const root = await makeTree({ 'package.json': '{}' })
  await cp(join(repository, 'api/src/db'), join(root, 'api/src/db'), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  return root
}

test('a table of schema.ts without a migration is reported with the statement it needs', async () => {
  const root = await copyOfSchema()
  await appendFile(
    join(root, 'api/src/db/schema.ts'),
    `export const planted = pgTable('planted', { id: text('id') })\n`,
  )
  expect((await migrationDriftProblems(root)).join('\n')).toContain('CREATE TABLE "planted"')
})

test('a renamed column, about which drizzle-kit would ask, is reported instead of passing in silence', async () => {
  const root = await copyOfSchema()
  const file = join(root, 'api/src/db/schema.ts')
  const schema = await readFile(file, 'utf8')
  const renamed = schema.replace("text('time_zone')", "text('zone_of_time')")
  expect(renamed).not.toBe(schema)
  await writeFile(file, renamed)
  expect((await migrationDriftProblems(root)).join('\n')).toContain('schema.ts and the migrations disagree')
})
