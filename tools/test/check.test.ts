import { cp, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../command.ts'
import { makeTree } from './tree.ts'

const repository = resolve(import.meta.dirname, '../..')

test('the command fails when a check fails, and only then', async () => {
  const lock = (entry: object) => JSON.stringify({ packages: { 'node_modules/zod': entry } })
  const root = await makeTree({
    'package-lock.json': lock({ integrity: 'sha512-x' }),
    'package.json': '{"type":"module"}',
  })
  await cp(join(repository, 'tools'), join(root, 'tools'), { recursive: true })
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'))
  const check = () => runCommand(repository, [process.execPath, join(root, 'tools/check.ts'), 'lock-file'], root)

  expect(await check()).toMatchObject({ exitCode: 0, output: expect.stringContaining('ok') })
  await writeFile(join(root, 'package-lock.json'), lock({ resolved: 'http://10.0.0.1/zod.tgz' }))
  expect(await check()).toMatchObject({ exitCode: 1, output: expect.stringContaining('resolved from http://10.0.0.1') })
})
