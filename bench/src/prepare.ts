import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '@turnpike/local/local-folder.ts'
import { type Postgres, startPostgres } from '@turnpike/local/postgres.ts'
import { claimFolder } from '@turnpike/local/start-lock.ts'
import getPort from 'get-port'
import { onPool } from './database.ts'
import { loadData } from './load-data.ts'
import type { Sizes } from './sizes.ts'

/** What Postgres is run with while it is measured; all else is as it comes. The log's files are used again, as in docker-compose.yml. */
export const settings = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  min_wal_size: '2GB',
  track_activity_query_size: '64kB',
}
const loading = {
  ...settings,
  wal_level: 'minimal',
  max_wal_senders: '0',
  maintenance_work_mem: '512MB',
  work_mem: '256MB',
  max_wal_size: '16GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
}
const dataSql = join(import.meta.dirname, 'data')
const migrations = join(root, 'api/src/db/migrations')

export type Prepared = { server: Postgres; secret: string; dataDir: string }

/**
 * A durable Postgres with the measured data in its database `bench_data`. Data in a folder that is kept is made again when the schema,
 * the generator or the sizes are other ones.
 */
export async function prepare(sizes: Sizes, dataDir: string, say: (line: string) => void): Promise<Prepared> {
  const complete = join(dataDir, 'complete')
  if (await readFile(complete).catch(() => undefined)) say(`The data is there from an earlier run: ${dataDir}`)
  else {
    await makeData(sizes, dataDir, say)
    await writeFile(complete, new Date().toISOString())
  }
  const port = await getPort({ host: '127.0.0.1' })
  const server = await startPostgres({ dataDir, port, durable: true, settings })
  return { server, dataDir, secret: await secretOf(dataDir) }
}

/** Data that can be made again may be lost: only what is measured has to be durable. */
async function makeData(sizes: Sizes, dataDir: string, say: (line: string) => void) {
  const began = performance.now()
  say(`Making the data in ${dataDir}`)
  const port = await getPort({ host: '127.0.0.1' })
  const server = await startPostgres({ dataDir, port, durable: false, settings: loading })
  await onPool(server.url(), (pool) => pool.query('drop database if exists bench_data'))
  await onPool(server.url(), (pool) => pool.query('create database bench_data'))
  await loadData(server.url('bench_data'), sizes.data, await secretOf(dataDir), dataSql, say)
  await server.stop()
  say(`The data is made: ${Math.round((performance.now() - began) / 1000)} s`)
}

/**
 * Where the data of these sizes is kept for the next run; that of other sizes goes.
 * @throws Error when another bench is at work there.
 */
export async function keptFolder(sizes: Sizes, folder: string): Promise<string> {
  const other = await claimFolder(join(folder, 'running.pid'))
  if (other !== undefined) throw new Error(`A bench runs already (process ${other.runningPid}): wait for it to end.`)
  const name = `data-${fingerprint(sizes)}`
  for (const old of (await readdir(folder)).filter((entry) => entry.startsWith('data-') && entry !== name))
    await rm(join(folder, old), { recursive: true, force: true })
  return join(folder, name)
}

/** Of everything that the data depends on. */
function fingerprint(sizes: Sizes): string {
  const hash = createHash('sha256').update(JSON.stringify([sizes.data, loading]))
  for (const folder of [dataSql, migrations])
    for (const file of readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort())
      hash.update(readFileSync(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

/** The superuser's password is random and this folder's own: what the cameras' keys are derived from. */
function secretOf(dataDir: string): Promise<string> {
  return readFile(join(dataDir, 'superuser-password'), 'utf8')
}
