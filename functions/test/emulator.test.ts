import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildFunctions } from '../build.ts'
import { keyPair, startCore } from './core.ts'
import { paypalSide, stripeSide } from './provider-sides.ts'

/* What is deployed, served by Firebase's own emulator: it finds the functions, their secrets and their settings by itself. */

const firebase = createRequire(join(import.meta.dirname, '../../local/package.json')).resolve(
  'firebase-tools/lib/bin/firebase.js',
)
const nodeModules = join(import.meta.dirname, '../../node_modules')
const project = 'demo-functions-test'
const region = 'us-central1'

let folder: string
let emulator: ChildProcess
let functionsPort: number
const paypal = await paypalSide()
const keys = await keyPair()
const core = await startCore(keys.publicKey)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-emulator-'))
  const [port, hub, logging, eventarc, tasks] = await Promise.all([1, 2, 3, 4, 5].map(freePort))
  functionsPort = port!
  const at = (port: number | undefined) => ({ host: '127.0.0.1', port })
  const emulators = {
    functions: at(port),
    hub: at(hub),
    logging: at(logging),
    eventarc: at(eventarc),
    tasks: at(tasks),
    ui: { enabled: false },
  }
  const source = join(folder, 'functions')
  await buildFunctions(source)
  await symlink(nodeModules, join(source, 'node_modules'))
  await writeFile(
    join(folder, 'firebase.json'),
    JSON.stringify({ functions: { source: 'functions', runtime: 'nodejs24' }, emulators }),
  )
  const lines = (values: Record<string, unknown>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join('')
  await writeFile(join(source, '.env'), lines({ ...paypal.settings, API_URL: core.url }))
  const secrets = { ...stripeSide.settings, FORWARD_PRIVATE_JWK: JSON.stringify(keys.privateJwk) }
  await writeFile(join(source, '.secret.local'), lines(secrets))

  emulator = spawn(process.execPath, [firebase, 'emulators:start', '--project', project, '--only', 'functions'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: '1', npm_config_offline: 'true', METADATA_SERVER_DETECTION: 'none' },
  })
  await ready(emulator)
}, 180_000)

afterAll(async () => {
  if (emulator.exitCode === null) {
    emulator.kill('SIGTERM')
    await once(emulator, 'exit')
  }
  await core.stop()
  await paypal.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Resolves once the emulator says that all of it is up; what it said until then is the error when it ends instead. */
async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = []
  child.stderr!.on('data', (chunk) => said.push(String(chunk)))
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the emulator ends: ${said.join('\n')}`)))
  const up = new Promise<void>((resolve, reject) => {
    createInterface(child.stdout!).on('line', (line) => {
      said.push(line)
      if (line.includes('Failed to load')) reject(new Error(line))
      if (line.includes('All emulators ready')) resolve()
    })
  })
  await Promise.race([up, ended])
  ended.catch(() => {})
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

test.each([stripeSide, paypal])(
  '$name takes a payment to the core, and refuses a forgery',
  async (side) => {
    core.arrivals.length = 0
    const url = `http://127.0.0.1:${functionsPort}/${project}/${region}/${side.name}`
    const deliver = (body: string, forged: boolean) => {
      const headers = { 'content-type': 'application/json', ...side.headers(body, { forged }) }
      return fetch(url, { method: 'POST', body, headers })
    }
    const taken = await deliver(side.event('EVT1'), false)
    expect([taken.status, await taken.json()]).toEqual([
      200,
      { eventId: 'EVT1', eventType: expect.any(String), result: 'applied' },
    ])
    expect((await deliver(side.event('EVT2'), true)).status).toBe(400)
    expect(core.arrivals.map(({ event }) => event.change)).toMatchObject([
      { kind: 'payment_captured', amountMinor: 450 },
    ])
  },
  60_000,
)
