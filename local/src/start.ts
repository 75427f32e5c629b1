import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureAppLogin } from '@turnpike/api/db/app-login.ts'
import { migrate } from '@turnpike/api/db/migrate.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { startDashboard } from '@turnpike/dashboard/serve.ts'
import { startAuthEmulator } from './auth-emulator.ts'
import { createAuthUsers } from './auth-users.ts'
import { type Child, logTail, stopAllChildren } from './child.ts'
import { refuseForeignDatabase, seedDemo } from './demo.ts'
import { cameras, gates, operators } from './demo-data.ts'
import { type DemoKeys, demoKeys } from './demo-keys.ts'
import { driveFirstCars } from './first-cars.ts'
import { type LiveSource, runningFirestore, startLiveSource } from './live-source.ts'
import { asLogin, openLocalDatabase } from './local-database.ts'
import { localFolder } from './local-folder.ts'
import { isAtRest, pushEverythingAgain } from './mirror.ts'
import { choosePorts, type Ports } from './ports.ts'
import { startBarriers, startCore, startFunctions, startMailbox, startProvider } from './processes.ts'
import { Progress } from './progress.ts'
import { removeStackFile, writeStackFile } from './stack-file.ts'
import { claimFolder } from './start-lock.ts'
import { welcome } from './welcome.ts'

/*
 * The whole system on one machine: `npm start`. Ends everything it started on SIGINT, SIGTERM, SIGHUP, when the bootstrap that
 * started it is gone, and when one of the parts ends by itself.
 */

const projectId = 'demo-turnpike'
const at = (port: number) => `http://127.0.0.1:${port}`
const children: Child[] = []
const servers: { stop(): Promise<void> }[] = []
let stopping = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
process.once('disconnect', () => stop(0))
process.stdout.on('error', () => {}) // a terminal that was closed must not keep us from stopping in order

const other = await claimFolder(localFolder.lock)
if (other === undefined) await start().catch(fail)
else {
  console.error(
    `\nTurnpike is running already (process ${other.runningPid}): stop it with Ctrl-C in its terminal first.\n`,
  )
  process.exit(1)
}

async function start(): Promise<void> {
  await removeStackFile()
  await rm(localFolder.logs, { recursive: true, force: true })

  console.log('Starting Turnpike')
  const chosen = await choosePorts((line) => console.log(`  ${line}`))
  const ports = { ...chosen, firestore: runningFirestore() ?? chosen.firestore }
  const keys = demoKeys(localFolder.keys)
  const progress = new Progress()

  const database = progress.part('PostgreSQL and demo data', startDatabase(ports, keys))
  const live = progress.part('live data', startLive(ports))
  const auth = progress.part('Auth emulator', startAuth(ports, keys))
  const [{ databaseUrl, coreDatabaseUrl, fresh }, { profile, note }] = await Promise.all([database, live])

  const wiring = { ports, keys, databaseUrl: coreDatabaseUrl, profile, projectId }
  const core = progress.part('API, relay, worker', watched(startCore(wiring)))
  const functions = progress.part('Cloud Functions', watched(startFunctions(wiring)))
  const provider = progress.part('payment providers (stand-ins)', watched(startProvider(wiring)))
  const mailbox = progress.part('mailbox', watched(startMailbox(wiring)))
  const dashboard = progress.part('dashboard', startConsole(ports, profile))
  await Promise.all([auth, core])
  await watched(startBarriers(wiring))
  await Promise.all([functions, provider, mailbox])

  const stack = describeStack(ports, keys, databaseUrl, profile)
  if (fresh) await progress.part('first cars', driveFirstCars(stack))
  await progress.part('mirror complete, barriers closed', untilAtRest(databaseUrl, profile))
  await dashboard
  await writeStackFile(stack)
  console.log(`Ready after ${progress.end()}.\n${welcome(stack, note)}`)
}

async function startDatabase(ports: Ports, keys: DemoKeys) {
  const { databaseUrl, child } = await openLocalDatabase(ports.postgres, process.env.DATABASE_URL || undefined)
  if (child !== undefined) endsWith(child)
  await refuseForeignDatabase(databaseUrl)
  await migrate(databaseUrl)
  const coreDatabaseUrl = asLogin(databaseUrl, keys.databaseLogin)
  await ensureAppLogin(databaseUrl, coreDatabaseUrl, `the one under "databaseLogin" in ${localFolder.keys}`)
  const { fresh } = await seedDemo(databaseUrl, keys, new Date())
  await pushEverythingAgain(databaseUrl)
  return { databaseUrl, coreDatabaseUrl, fresh }
}

async function startLive(ports: Ports): Promise<LiveSource> {
  const live = await startLiveSource({ port: ports.firestore, projectId })
  if (live.child !== undefined) await watched(live.child)
  return live
}

async function startAuth(ports: Ports, keys: DemoKeys) {
  const auth = await startAuthEmulator({ port: ports.auth, projectId })
  servers.push(auth)
  await createAuthUsers(auth.url, projectId, keys)
}

async function startConsole(ports: Ports, profile: LiveSource['profile']) {
  const dashboard = await startDashboard({
    port: ports.dashboard,
    config: {
      apiUrl: at(ports.api),
      live: profile === 'hybrid' ? 'firestore' : 'api',
      firebase: { apiKey: 'demo', projectId, authDomain: `127.0.0.1:${ports.auth}` },
      emulators: {
        auth: at(ports.auth),
        ...(profile === 'hybrid' ? { firestore: `127.0.0.1:${ports.firestore}` } : {}),
      },
    },
  })
  servers.push(dashboard)
}

async function untilAtRest(databaseUrl: string, profile: LiveSource['profile']): Promise<void> {
  const giveUp = Date.now() + 60_000
  while (!(await isAtRest(databaseUrl, profile))) {
    if (Date.now() > giveUp)
      throw new Error(`The mirror did not become complete: see ${join(localFolder.logs, 'relay.log')}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function describeStack(ports: Ports, keys: DemoKeys, databaseUrl: string, profile: LiveSource['profile']): Stack {
  const gateOf = (id: string) => gates.find((gate) => gate.id === id)!
  return {
    projectId,
    profile,
    api: at(ports.api),
    dashboard: at(ports.dashboard),
    auth: at(ports.auth),
    firestore: profile === 'hybrid' ? at(ports.firestore) : null,
    postgres: databaseUrl,
    provider: at(ports.provider),
    mailbox: at(ports.mailbox),
    functions: {
      stripeWebhook: `${at(ports.functions)}/stripeWebhook`,
      paypalWebhook: `${at(ports.paypalFunction)}/paypalWebhook`,
    },
    cameras: cameras.map(({ id, gateId, format }) => {
      const { siteId, direction } = gateOf(gateId)
      return { id, gateId, siteId, format, key: keys.cameras[id]!, direction }
    }),
    gates: gates.map(({ id, siteId, direction }) => ({ id, siteId, direction, key: keys.gates[id]! })),
    operators: operators.map(({ email, role }) => ({ email, password: keys.operators[email]!, role })),
  }
}

function fail(error: Error): Promise<void> {
  if (!stopping) console.error(`\n${error.message}\n`) // parts that are interrupted while starting complain: that was asked for
  return stop(1)
}

/** From here on the stack lives only as long as these processes do. */
async function watched(starting: Promise<Child | Child[]> | Child): Promise<void> {
  for (const child of [await starting].flat()) {
    children.push(child)
    endsWith(child)
  }
}

function endsWith(child: Child): void {
  child.ended.then((how) => {
    if (child.stopping || stopping) return
    console.error(
      `\n${child.name} ended unexpectedly (${how}). Its last words, from ${child.logFile}:\n\n${logTail(child)}\n`,
    )
    return stop(1)
  })
}

async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  console.log('\nStopping …')
  await removeStackFile()
  await Promise.allSettled([...children, ...servers].map((part) => part.stop()))
  await stopAllChildren() // PostgreSQL, after everything that uses it, and what had only half started
  console.log(`Stopped. The data stays in ${localFolder.path}; "npm run reset" clears it.`)
  process.exit(code)
}
