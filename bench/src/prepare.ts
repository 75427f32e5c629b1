import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFolder, root } from '@turnpike/local/local-folder.ts'
import { type Postgres, startPostgres } from '@turnpike/local/postgres.ts'
import { claimFolder } from '@turnpike/local/start-lock.ts'
import getPort from 'get-port'
import { onPool } from './database.ts'
import { loadData } from './load-data.ts'
import type { Sizes } from './sizes.ts'

/** What Postgres is run with while it is measured; all else is as it comes. */
export const settings = { shared_buffers: '1GB', max_wal_size: '4GB', track_activity_query_size: '64kB' }
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

export type Prepared = { server: Postgres; port: number; secret: string; dataDir: string; stop(): Promise<void> }

/**
 * A durable Postgres with the measured data in its database `bench_data`. The data is kept under `.local/bench` and made again when
 * the schema, the generator or the sizes are other ones; that of a quick run is made anew and removed.
 * @throws Error when another bench runs on the same folder.
 */
export async function prepare(sizes: Sizes, keep: boolean, say: (line: string) => void): Promise<Prepared> {
  const dataDir = keep ? await keptFolder(sizes) : await mkdtemp(join(tmpdir(), 'turnpike-bench-'))
  const complete = join(dataDir, 'complete')
  const began = performance.now()
  if (!(await readFile(complete).catch(() => undefined))) {
    say(`Making the data (once; kept in ${dataDir})`)
    // Data that can be made again may be lost: only what is measured has to be durable.
    const port = await getPort({ host: '127.0.0.1' })
    const server = await startPostgres({ dataDir, port, durable: false, settings: loading })
    await onPool(server.url(), (pool) => pool.query('drop database if exists bench_data'))
    await onPool(server.url(), (pool) => pool.query('create database bench_data'))
    await loadData(server.url('bench_data'), sizes.data, await secretOf(dataDir), dataSql, say)
    await server.stop()
    await writeFile(complete, new Date().toISOString())
    say(`The data is made: ${Math.round((performance.now() - began) / 1000)} s`)
  } else say(`The data is there from an earlier run: ${dataDir}`)

  const port = await getPort({ host: '127.0.0.1' })
  const server = await startPostgres({ dataDir, port, durable: true, settings })
  return {
    server,
    port,
    dataDir,
    secret: await secretOf(dataDir),
    async stop() {
      await server.stop()
      if (!keep) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function keptFolder(sizes: Sizes): Promise<string> {
  const folder = join(localFolder.path, 'bench')
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
