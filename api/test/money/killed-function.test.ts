import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startChild, untilReady } from '@turnpike/local/child.ts'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { kill, startApi } from '../core-process.ts'
import { carThatWaits, stripePayment } from './by-the-real-clock.ts'
import { holdTable } from './held-table.ts'
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.ts'

/* The Cloud Function, in Google's own framework, and the API behind it are killed as a power cut would, between any two steps of a delivery. */

const secret = 'whsec_of_the_test'
const root = resolve(import.meta.dirname, '../../..')
let park: CarPark
let site: Site
let wire: HoldingProxy
let jwks: string
let privateJwk: string
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
  wire = await startHoldingProxy('')
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const named = { kid: 'of-the-test', alg: 'EdDSA' }
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), ...named }] })
  privateJwk = JSON.stringify({ ...(await exportJWK(privateKey)), ...named })
})
afterAll(async () => {
  await wire.stop()
  await park.close()
})

async function startCore() {
  const api = await startApi(park.testDatabase.appUrl, { PROFILE: 'hybrid', FUNCTIONS_JWKS: jwks })
  wire.state.target = api.url
  return api
}

async function startFunction() {
  const folder = mkdtempSync(join(tmpdir(), 'turnpike-function-'))
  const port = await freePort()
  const framework = join(root, 'node_modules/.bin/functions-framework')
  const child = await startChild({
    name: 'stripeWebhook',
    command: process.execPath,
    args: [framework, '--target=stripeWebhook', '--source=functions'],
    cwd: root,
    logFile: join(folder, 'function.log'),
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      STRIPE_WEBHOOK_SECRET: secret,
      FORWARD_PRIVATE_JWK: privateJwk,
      API_URL: wire.url,
    },
  })
  onTestFinished(async () => {
    await kill(child)
    rmSync(folder, { recursive: true })
  })
  const url = `http://127.0.0.1:${port}/`
  await untilReady(child, async () => (await fetch(url).catch(() => undefined)) !== undefined)
  return Object.assign(child, { url })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const status = (sent: Promise<Response>) =>
  sent.then(
    (answer) => answer.status,
    () => 'cut off',
  )
async function expectPaidOnce(fact: string) {
  expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
  expect(await park.count('commands where payment_id in (select id from payments where fact_id = $1)', [fact])).toBe(1)
}

test.each([
  ['before the core has heard of it', 'request', 0, 'applied'],
  ['after the core has stored it, before that is said', 'answer', 1, 'duplicate'],
] as const)(
  'a function that is killed %s says no 2xx, and the redelivery is one payment and one open',
  { timeout: 60_000 },
  async (_when, what, stored, result) => {
    const { quoteId } = await carThatWaits(park, site)
    const { fact, send } = stripePayment(quoteId, secret)
    const [api, first] = [await startCore(), await startFunction()]
    const held = wire.hold(what, /^POST \/internal/)
    const cutOff = status(send(first.url))
    await held.reached
    await kill(first)
    expect(await cutOff).toBe('cut off')
    held.release()
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(stored)

    const second = await startFunction()
    expect(await (await send(second.url)).json()).toMatchObject({ result })
    await expectPaidOnce(fact)
    await kill(api)
  },
)

// The first thing that the core writes, one in between, and the last.
test.each(['used_tokens', 'payments', 'mirror_marks'])(
  'an API that is killed while the function waits for it to write %s has stored nothing, the use of the token neither: 503, and the redelivery is one payment and one open',
  { timeout: 60_000 },
  async (table) => {
    const { quoteId } = await carThatWaits(park, site)
    const { fact, send } = stripePayment(quoteId, secret)
    const used = await park.count('used_tokens')
    const [api, fn] = [await startCore(), await startFunction()]
    const held = await holdTable(park, table)
    const answered = status(send(fn.url))
    await held.reached('insert into', 'api')
    await kill(api)
    expect(await answered).toBe(503)
    await held.release()
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(0)
    expect(await park.count('used_tokens')).toBe(used)

    await startCore()
    expect(await (await send(fn.url)).json()).toMatchObject({ result: 'applied' })
    await expectPaidOnce(fact)
    expect(await park.count('used_tokens')).toBe(used + 1)
  },
)
