import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ensureAppLogin } from '@turnpike/api/db/app-login.ts'
import { migrate } from '@turnpike/api/db/migrate.ts'
import { asLogin } from '@turnpike/local/local-database.ts'
import { startPostgres } from '@turnpike/local/postgres.ts'
import getPort from 'get-port'
import { onPool } from '../database.ts'
import { type Latency, latencyOf } from '../driver/latency.ts'
import { showDurable } from '../durable.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { followCommands } from './commands.ts'
import { deliver, payment } from './deliver.ts'
import { startReceivers } from './processes.ts'
import { makeLane, makeWaiting } from './waiting-cars.ts'

/** `alone`: payments one after the other, each with a car that waits. Then for so many seconds, with so many in flight. */
export type WebhookSizes = { alone: number; inFlight: number; seconds: number }

/** `answered` and `busy`: until the provider has its 2xx; `delivered`: until the controller of the barrier has the command. */
type PathFigures = {
  path: string
  delivered: Latency
  answered: Latency
  taken: number
  perSecond: number
  busy: Latency
}
export type WebhookMeasurement = {
  at: string
  machine: Machine
  settings: Record<string, string>
  paths: PathFigures[]
}

export async function measureWebhooks(
  sizes: WebhookSizes,
  folder: string,
  say: (line: string) => void,
): Promise<WebhookMeasurement> {
  const at = new Date().toISOString()
  const machine = describeMachine(folder)
  const port = await getPort({ host: '127.0.0.1' })
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port, durable: true })
  await onPool(postgres.url(), (pool) => pool.query('create database webhooks'))
  const databaseUrl = postgres.url('webhooks')
  await migrate(databaseUrl)
  const password = createHash('sha256').update(folder).digest('hex')
  const appUrl = asLogin(databaseUrl, { user: 'turnpike_bench', password })
  await ensureAppLogin(databaseUrl, appUrl, 'its own')
  say('API and function start')
  const { api, receivers } = await startReceivers(appUrl, folder)

  const result = await onPool(databaseUrl, async (pool) => {
    const settings = await showDurable(pool)
    const lane = await makeLane(pool)
    const commands = await followCommands(api, lane)
    const paths: PathFigures[] = []
    for (const { path, url } of receivers) {
      say(`Through the ${path}: ${sizes.alone} one after the other`)
      const answered: number[] = []
      const delivered: number[] = []
      for (let n = 0; n < sizes.alone; n += 1) {
        const [car] = await makeWaiting(pool, lane, 1, true)
        const told = payment(car!)
        const began = performance.now()
        const [answer, command] = await Promise.all([deliver(url, told), commands.next()])
        if (n === 0) continue // the first one pays for compiling
        answered.push(answer - began)
        delivered.push(command - began)
      }
      say(`Through the ${path}: ${sizes.inFlight} in flight for ${sizes.seconds} s`)
      const flood = await keepInFlight(sizes, url, await makeWaiting(pool, lane, sizes.seconds * 2_000, false))
      const { rows } = await pool.query('select count(*)::int as n from payments')
      const told = paths.reduce((sum, { taken }) => sum + taken, 0) + flood.taken + sizes.alone * (paths.length + 1)
      if (rows[0].n !== told)
        throw new Error(`${rows[0].n} payments are stored, which is not what was answered with 2xx`)
      paths.push({ path, delivered: latencyOf(delivered), answered: latencyOf(answered), ...flood })
    }
    commands.stop()
    return { settings, paths }
  })
  await postgres.stop()
  return { at, machine, ...result }
}

/** Sends payments of distinct stays, so many at a time, until the time is over. @throws Error when the stays do not last so long */
async function keepInFlight({ inFlight, seconds }: WebhookSizes, url: string, quoteIds: string[]) {
  const latencies: number[] = []
  const began = performance.now()
  const until = began + seconds * 1000
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < until) {
        const quoteId = quoteIds.pop()
        if (quoteId === undefined) throw new Error('More stays are needed: this machine is faster than expected.')
        const told = payment(quoteId)
        const sent = performance.now()
        latencies.push((await deliver(url, told)) - sent)
      }
    }),
  )
  const lasted = (performance.now() - began) / 1000
  return { taken: latencies.length, perSecond: latencies.length / lasted, busy: latencyOf(latencies) }
}
