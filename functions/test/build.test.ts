import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFunctions } from '../build.ts'
import { keyPair, startCore } from './core.ts'
import { checkoutEvent } from './events.ts'

const nodeModules = join(import.meta.dirname, '../../node_modules')
const secret = 'whsec_of_the_bundle'

/** A host as bare as can be, in a process that finds no package of ours: it says its port, then its exports. */
const host = `
  import { createServer } from 'node:http'
  import { buffer } from 'node:stream/consumers'
  const functions = await import(process.argv[1])
  const server = createServer(async (request, response) => {
    request.rawBody = await buffer(request)
    functions[request.url.slice(1)](request, response)
  })
  server.listen(0, '127.0.0.1', () => {
    const secrets = Object.entries(functions).map(([name, { __endpoint }]) => [
      name, __endpoint.secretEnvironmentVariables.map(({ key }) => key),
    ])
    console.log(JSON.stringify({ port: server.address().port, secrets: Object.fromEntries(secrets) }))
  })
`

let folder: string
let child: ChildProcess
let core: Awaited<ReturnType<typeof startCore>>
let manifest: { dependencies: Record<string, string>; main: string; engines: { node: string } }
let started: { port: number; secrets: Record<string, string[]> }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-functions-'))
  await buildFunctions(folder)
  manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  await mkdir(join(folder, 'node_modules'))
  for (const name of Object.keys(manifest.dependencies))
    await symlink(join(nodeModules, name), join(folder, 'node_modules', name))

  const { publicKey, privateJwk } = await keyPair()
  core = await startCore(publicKey)
  child = spawn(process.execPath, ['--input-type=module', '-e', host, join(folder, manifest.main)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      STRIPE_WEBHOOK_SECRET: secret,
      FORWARD_PRIVATE_JWK: JSON.stringify(privateJwk),
      API_URL: core.url,
    },
  })
  const complaints = text(child.stderr!)
  const failed = once(child, 'exit').then(async () =>
    Promise.reject(new Error(`the bundle does not start: ${await complaints}`)),
  )
  const [line] = await Promise.race([once(createInterface(child.stdout!), 'line'), failed])
  failed.catch(() => {})
  started = JSON.parse(line)
})
afterAll(async () => {
  child.kill()
  await core.stop()
  await rm(folder, { recursive: true })
})

test('what is deployed asks for nothing but packages of npm, in exact versions, and runs on Node 24', async () => {
  expect(manifest.engines.node).toBe('24')
  const { functions } = JSON.parse(await readFile(join(import.meta.dirname, '../../firebase.json'), 'utf8'))
  expect(functions).toMatchObject({ source: 'functions/dist', runtime: 'nodejs24' })
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    expect(name).not.toContain('@turnpike')
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  }
})

test('it exports the endpoints and names their secrets, so that the platform hands them over', () => {
  expect(started.secrets).toEqual({
    stripeWebhook: ['STRIPE_WEBHOOK_SECRET', 'FORWARD_PRIVATE_JWK'],
    paypalWebhook: ['FORWARD_PRIVATE_JWK'],
  })
})

test.each([
  ['a genuine event', secret, 200],
  ['a forged one', 'whsec_other', 400],
])('the bundle tells %s', async (_, signedWith, status) => {
  const payload = checkoutEvent({}, { type: 'customer.created' })
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: signedWith })
  const response = await fetch(`http://127.0.0.1:${started.port}/stripeWebhook`, {
    method: 'POST',
    body: payload,
    headers: { 'stripe-signature': header },
  })
  expect(response.status).toBe(status)
})
