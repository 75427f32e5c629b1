import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../command.ts'
import { makeTree } from './tree.ts'

const repository = resolve(import.meta.dirname, '../..')
const ours = async (path: string) => ({ [path]: await readFile(join(repository, path), 'utf8') })

async function lint(files: Record<string, string>) {
  const rules = { ...(await ours('biome.json')), ...(await ours('tools/pure-domain.grit')) }
  const root = await makeTree({ ...rules, ...files })
  return runCommand(repository, ['biome', 'lint', '--error-on-warnings', '--vcs-enabled=false', '.'], root)
}

test.each([
  ['the environment outside config.ts', 'api/src/services/a.ts', 'export const a = process.env.HOME', 'noProcessEnv'],
  [
    'the environment by import',
    'api/src/app.ts',
    `import { env } from 'node:process'\nexport const a = env.HOME`,
    'noProcessEnv',
  ],
  ['a clock in the domain', 'api/src/domain/a.ts', 'export const a = Date.now()', 'domain is pure'],
  ['the present in the domain', 'api/src/domain/a.ts', 'export const a = new Date()', 'domain is pure'],
  ['chance in the domain', 'api/src/domain/a.ts', 'export const a = Math.random()', 'domain is pure'],
  ['a barrel', 'contracts/src/all.ts', `export { a } from './a.ts'`, 'noBarrelFile'],
  ['a skipped test', 'api/test/a.test.ts', `import { test } from 'vitest'\ntest.skip('a', () => {})`, 'noSkippedTests'],
])('%s is refused', async (_, path, code, rule) => {
  const { exitCode, output } = await lint({ [path]: `${code}\n` })
  expect(output).toContain(rule)
  expect(exitCode).not.toBe(0)
})

test('config.ts may read the environment, and the domain may make an instant from another', async () => {
  const { exitCode } = await lint({
    'api/src/config.ts': 'export const home = process.env.HOME\n',
    'api/src/domain/a.ts': 'export const later = (now: Date) => new Date(now.getTime() + 1)\n',
    'functions/src/index.ts': `export { hook } from './hook.ts'\n`,
  })
  expect(exitCode).toBe(0)
})
