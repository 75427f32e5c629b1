import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { migrate } from '@turnpike/api/db/migrate.ts'
import { startChild, untilReady } from '@turnpike/local/child.ts'
import { startScratchPostgres } from '@turnpike/local/scratch-postgres.ts'
import { expect, onTestFinished, test } from 'vitest'
import { commandProblems, runCommand } from '../command.ts'
import { makeTree } from './tree.ts'

const repository = resolve(import.meta.dirname, '../..')
const list = 'contracts/src/provider-list.ts'

/** A provider that signs with its secret itself, tells what means nothing to us, and takes no money. */
const folder = `
import { z } from 'zod'
import { ProviderUnavailable, SignatureInvalid } from '../errors.ts'
import { type ProviderEntry, readSettings } from '../settings.ts'

const refuse = async (): Promise<never> => {
  throw new ProviderUnavailable('no money is taken here')
}
export const entry: ProviderEntry = {
  webhook: {
    secrets: ['THIRD_WEBHOOK_SECRET'],
    values: [],
    open(settings) {
      const { THIRD_WEBHOOK_SECRET } = readSettings(z.object({ THIRD_WEBHOOK_SECRET: z.string() }), settings)
      return {
        provider: 'third',
        async verify(rawBody, headers) {
          if (headers['third-signature'] !== THIRD_WEBHOOK_SECRET) throw new SignatureInvalid('signed by somebody else')
          return { eventId: 'third-1', eventType: 'barrier.opened', body: JSON.parse(String(rawBody)) }
        },
        normalise: ({ eventId, eventType }) => ({
          provider: 'third', eventId, eventType, change: { kind: 'ignored', reason: 'means nothing to us' },
        }),
      }
    },
  },
  provider: {
    secrets: [],
    values: [],
    open: () => ({
      provider: 'third',
      createCheckout: refuse,
      expireCheckout: refuse,
      createSubscriptionCheckout: refuse,
      fetchState: refuse,
      refund: refuse,
      changeSubscription: refuse,
      async *eventsSince() {},
    }),
  },
}
`

/** The repository's code with a third provider: a folder and a line. */
async function withThirdProvider(): Promise<string> {
  const workspaces = ['contracts', 'providers', 'api', 'functions']
  const root = await makeTree({
    'providers/src/third/settings.ts': folder,
    'tsconfig.json': JSON.stringify({
      extends: './tsconfig.base.json',
      include: [...workspaces.map((name) => `${name}/src`), 'functions/build.ts'],
    }),
  })
  const files = ['package.json', 'tsconfig.base.json', 'functions/build.ts', ...workspaces.flatMap(partsOf)]
  for (const file of files) await cp(join(repository, file), join(root, file), { recursive: true })
  const known = await readFile(join(root, list), 'utf8')
  await writeFile(
    join(root, list),
    known.replace('} as const', "  third: { brand: 'Third', takesCards: true },\n} as const"),
  )

  await mkdir(join(root, 'node_modules/@turnpike'), { recursive: true })
  for (const name of workspaces) await symlink(join(root, name), join(root, 'node_modules/@turnpike', name))
  for (const name of await readdir(join(repository, 'node_modules')))
    if (name !== '@turnpike') await symlink(join(repository, 'node_modules', name), join(root, 'node_modules', name))
  return root
}

const partsOf = (workspace: string) => [`${workspace}/package.json`, `${workspace}/src`]

/** The API of that tree as it ships, on a database as the migrations make it. */
async function startApi(root: string, databaseUrl: string): Promise<string> {
  const logFile = join(root, 'api.log')
  const child = await startChild({
    name: 'api',
    command: process.execPath,
    args: [join(root, 'api/src/main.ts')],
    logFile,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      PORT: '0',
      DASHBOARD_URL: 'https://parking.example',
      PROFILE: 'postgres_only',
      FIREBASE_PROJECT_ID: 'demo-third-provider',
      FUNCTIONS_JWKS: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"abc","kid":"1"}]}',
      JOURNAL_DIR: join(root, 'journal'),
      PAYMENT_PROVIDERS: 'third',
      THIRD_WEBHOOK_SECRET: 'whispered',
    },
  })
  onTestFinished(async () => {
    child.process.kill('SIGKILL')
    await child.ended
  })
  const address = async () => /http:\/\/127\.0\.0\.1:\d+/.exec(await readFile(logFile, 'utf8'))?.[0]
  await untilReady(child, async () => (await address()) !== undefined)
  return (await address())!
}

test('a further provider is a folder and a line of the list: it compiles, is deployed, heard and stored', async () => {
  const root = await withThirdProvider()
  const typed = commandProblems(root, ['tsc', '-p', 'tsconfig.json'])

  await commandProblems(root, ['node', 'functions/build.ts'])
  const deployed = await runCommand(root, [
    'node',
    '-e',
    `console.log(JSON.stringify(require('./functions/dist/index.js').thirdWebhook.__endpoint))`,
  ])
  expect(deployed.output).toContain('"key":"THIRD_WEBHOOK_SECRET"')

  const server = await startScratchPostgres()
  onTestFinished(() => server.stop())
  await migrate(server.url())
  const api = await startApi(root, server.url())
  const tell = (signature: string) =>
    fetch(`${api}/webhooks/third`, { method: 'POST', body: '{}', headers: { 'third-signature': signature } })
  expect((await tell('shouted')).status).toBe(400)
  expect(await (await tell('whispered')).json()).toMatchObject({ eventId: 'third-1', result: 'ignored' })
  // It is in Postgres under its name: nothing else knows a repeat.
  expect(await (await tell('whispered')).json()).toMatchObject({ eventId: 'third-1', result: 'duplicate' })

  expect(await typed).toEqual([])
})
