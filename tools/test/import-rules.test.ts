import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importRuleProblems } from '../import-rules.ts'
import { makeTree } from './tree.ts'

const npmPackages = [
  'fastify',
  'drizzle-orm',
  'pg',
  'zod',
  'stripe',
  'uuid',
  '@google-cloud/firestore',
  'firebase-functions',
]
const workspaces = ['contracts', 'providers', 'api', 'local', 'bench']

/** The house in small: every folder that has rules, each importing all that it may. */
const house: Record<string, string> = {
  ...Object.fromEntries(
    npmPackages.flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })],
      [`node_modules/${name}/index.js`, 'module.exports = {}'],
    ]),
  ),
  ...Object.fromEntries(
    workspaces.map((name) => [
      `${name}/package.json`,
      JSON.stringify({ name: `@turnpike/${name}`, exports: { './*': './src/*' } }),
    ]),
  ),
  'contracts/src/decision.ts': `import { z } from 'zod'\nexport const decision = z`,
  'providers/src/stripe/verify.ts': `import 'stripe'\nimport '@turnpike/contracts/decision.ts'\nexport type Verify = 1`,
  'providers/src/paypal/verify.ts': `import 'node:crypto'\nexport {}`,
  'functions/src/index.ts': `import 'firebase-functions'\nimport '@turnpike/providers/stripe/verify.ts'`,
  'dashboard/src/main.tsx': `import '@turnpike/contracts/decision.ts'`,
  'local/src/start.ts': `import '@turnpike/api/db/migrate.ts'`,
  'bench/src/main.ts': `import '@turnpike/api/db/migrate.ts'\nimport '@turnpike/local/start.ts'`,
  'api/src/config.ts': `import 'zod'\nexport type Config = 1`,
  'api/src/errors.ts': `import '@turnpike/contracts/decision.ts'\nexport class Refusal {}`,
  'api/src/domain/decide.ts': `import '@turnpike/contracts/decision.ts'\nexport type Verdict = 1`,
  'api/src/db/client.ts': `import 'pg'\nimport 'drizzle-orm'\nexport type Tx = 1`,
  'api/src/db/migrate.ts': `import 'node:path'\nimport './client.ts'\nexport {}`,
  'api/src/repositories/reads.ts': `import 'drizzle-orm'\nimport type { Verdict } from '../domain/decide.ts'\nimport '../db/client.ts'\nexport type R = Verdict`,
  'api/src/services/record-read.ts': `import '../repositories/reads.ts'\nimport '../domain/decide.ts'\nimport type { Tx } from '../db/client.ts'\nimport type { Verify } from '@turnpike/providers/stripe/verify.ts'\nexport type S = Tx | Verify`,
  'api/src/services/price-stay.ts': `import '../errors.ts'`,
  'api/src/cameras/hikvision.ts': `import '@turnpike/contracts/decision.ts'`,
  'api/src/plugins/problem.ts': `import 'fastify'\nimport '../errors.ts'`,
  'api/src/routes/camera-events.ts': `import 'fastify'\nimport '../services/record-read.ts'\nimport '../services/price-stay.ts'\nimport '../cameras/hikvision.ts'\nimport '../plugins/problem.ts'`,
  'api/src/mirror/firestore-sink.ts': `import '@google-cloud/firestore'\nimport '../repositories/reads.ts'`,
  'api/src/app.ts': `import 'fastify'\nimport './routes/camera-events.ts'\nimport type { Config } from './config.ts'\nexport type A = Config`,
  'api/src/main.ts': `import './app.ts'\nimport './config.ts'\nimport './db/migrate.ts'\nimport '@turnpike/providers/stripe/verify.ts'\nimport '@turnpike/providers/paypal/verify.ts'`,
  'api/src/relay.ts': `import './mirror/firestore-sink.ts'`,
  'api/src/db/migrate.test.ts': `import '@turnpike/local/start.ts'`,
}

/** What to plant, and the line that must come of it. Everything is planted at once: one run tells which were seen. */
const planted: [rule: string, from: string, code: string, to: string][] = [
  ['contracts', 'contracts/src/a.ts', `import 'node:fs'`, 'fs'],
  [
    'contracts',
    'contracts/src/b.ts',
    `import '@turnpike/providers/paypal/verify.ts'`,
    'providers/src/paypal/verify.ts',
  ],
  ['providers', 'providers/src/paypal/a.ts', `import '@turnpike/api/errors.ts'`, 'api/src/errors.ts'],
  [
    'providers-are-strangers',
    'providers/src/paypal/b.ts',
    `import '../stripe/verify.ts'`,
    'providers/src/stripe/verify.ts',
  ],
  ['functions', 'functions/src/a.ts', `import '@turnpike/api/errors.ts'`, 'api/src/errors.ts'],
  ['functions', 'functions/src/b.ts', `import 'pg'`, 'node_modules/pg/index.js'],
  ['dashboard', 'dashboard/src/a.tsx', `import '@turnpike/api/errors.ts'`, 'api/src/errors.ts'],
  [
    'dashboard',
    'dashboard/src/b.tsx',
    `import '@turnpike/providers/paypal/verify.ts'`,
    'providers/src/paypal/verify.ts',
  ],
  ['domain', 'api/src/domain/a.ts', `import '../repositories/reads.ts'`, 'api/src/repositories/reads.ts'],
  [
    'domain',
    'api/src/domain/b.ts',
    `import type { S } from '../services/record-read.ts'\nexport type B = S`,
    'api/src/services/record-read.ts',
  ],
  ['domain', 'api/src/domain/c.ts', `import 'node:fs/promises'`, 'fs/promises'],
  ['domain', 'api/src/domain/d.ts', `const m = await import('zod')\nexport default m`, 'node_modules/zod/index.js'],
  ['db-types-only', 'api/src/db/a.ts', `import '@turnpike/contracts/decision.ts'`, 'contracts/src/decision.ts'],
  ['repositories', 'api/src/repositories/a.ts', `import '../services/price-stay.ts'`, 'api/src/services/price-stay.ts'],
  [
    'repositories-types-only',
    'api/src/repositories/b.ts',
    `import { Verdict } from '../domain/decide.ts'\nconsole.log(Verdict)`,
    'api/src/domain/decide.ts',
  ],
  ['services', 'api/src/services/a.ts', `import 'fastify'`, 'node_modules/fastify/index.js'],
  ['services-types-only', 'api/src/services/b.ts', `import './price-stay.ts'`, 'api/src/services/price-stay.ts'],
  ['services', 'api/src/services/c.ts', `import 'drizzle-orm'`, 'node_modules/drizzle-orm/index.js'],
  [
    'services-types-only',
    'api/src/services/d.ts',
    `import '@turnpike/providers/stripe/verify.ts'`,
    'providers/src/stripe/verify.ts',
  ],
  [
    'services-types-only',
    'api/src/services/e.ts',
    `import '../mirror/firestore-sink.ts'`,
    'api/src/mirror/firestore-sink.ts',
  ],
  ['cameras', 'api/src/cameras/a.ts', `import '../repositories/reads.ts'`, 'api/src/repositories/reads.ts'],
  ['edge', 'api/src/routes/a.ts', `import '../repositories/reads.ts'`, 'api/src/repositories/reads.ts'],
  [
    'edge',
    'api/src/routes/b.ts',
    `import type { Tx } from '../db/client.ts'\nexport type B = Tx`,
    'api/src/db/client.ts',
  ],
  ['edge', 'api/src/plugins/a.ts', `import 'pg'`, 'node_modules/pg/index.js'],
  ['mirror', 'api/src/mirror/a.ts', `import '../services/price-stay.ts'`, 'api/src/services/price-stay.ts'],
  ['firestore', 'local/src/a.ts', `import '@google-cloud/firestore'`, 'node_modules/@google-cloud/firestore/index.js'],
  ['config', 'api/src/config.ts', `import './errors.ts'\nexport type Config = 1`, 'api/src/errors.ts'],
  ['config-reaches-processes', 'api/src/plugins/b.ts', `import '../config.ts'`, 'api/src/config.ts'],
  ['processes-are-ends', 'local/src/b.ts', `import '@turnpike/api/relay.ts'`, 'api/src/relay.ts'],
  ['core-is-private', 'e2e/loop.ts', `import '@turnpike/api/errors.ts'`, 'api/src/errors.ts'],
  ['local-stays-local', 'api/src/routes/c.ts', `import '@turnpike/local/start.ts'`, 'local/src/start.ts'],
  ['bench-is-an-end', 'local/src/d.ts', `import '@turnpike/bench/main.ts'`, 'bench/src/main.ts'],
  [
    'tests-stay-outside',
    'api/src/errors.ts',
    `import './db/migrate.test.ts'\nexport class Refusal {}`,
    'api/src/db/migrate.test.ts',
  ],
  ['resolvable', 'local/src/c.ts', `import './nowhere.ts'`, './nowhere.ts'],
]

test('the house as it is drawn breaks no import rule', async () => {
  expect(await importRuleProblems(await plant(house))).toEqual([])
})

test('every planted violation is named with its rule, importer and imported file', async () => {
  const files = Object.fromEntries(planted.map(([, from, code]) => [from, code]))
  const problems = await importRuleProblems(await plant({ ...house, ...files }))
  expect(problems).toEqual(expect.arrayContaining(planted.map(([rule, from, , to]) => `${rule}: ${from} -> ${to}`)))
})

test('a file that only its test imports is dead', async () => {
  const problems = await importRuleProblems(
    await plant({
      ...house,
      'api/src/domain/forgotten.ts': `export const forgotten = 1`,
      'api/test/forgotten.test.ts': `import '../src/domain/forgotten.ts'`,
    }),
  )
  expect(problems.map((line) => line.split(' -> ')[1])).toEqual(['api/src/domain/forgotten.ts'])
})

test('a cycle is refused even when only types go round', async () => {
  const problems = await importRuleProblems(
    await plant({
      ...house,
      'api/src/domain/price.ts': `import type { B } from './tariff.ts'\nexport type A = B`,
      'api/src/domain/tariff.ts': `import type { A } from './price.ts'\nexport type B = A`,
    }),
  )
  expect(problems).toContain(
    'no-cycles: api/src/domain/price.ts -> api/src/domain/tariff.ts -> api/src/domain/price.ts',
  )
})

test('a checker that cannot read TypeScript is not mistaken for a clean house', async () => {
  const problems = await importRuleProblems(await makeTree({ 'contracts/src/decision.ts': 'export const unread = 1' }))
  expect(problems.join()).toContain('saw no import in any .ts file')
})

/** npm's workspace links, which a rule must look through. */
async function plant(files: Record<string, string>): Promise<string> {
  const root = await makeTree(files)
  await mkdir(join(root, 'node_modules/@turnpike'), { recursive: true })
  for (const name of workspaces) await symlink(`../../${name}`, join(root, 'node_modules/@turnpike', name))
  return root
}
