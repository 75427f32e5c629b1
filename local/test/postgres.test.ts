import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@turnpike/api/db/client.ts'
import getPort from 'get-port'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Postgres, startPostgres } from '../src/postgres.ts'

let dataDir: string
let servers: Postgres[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'turnpike-postgres-test-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const server of servers) await server.stop()
  servers = []
  await rm(dataDir, { recursive: true, force: true })
})

async function start(durable = false): Promise<Postgres> {
  const server = await startPostgres({ dataDir, port: await getPort({ host: '127.0.0.1' }), durable })
  servers.push(server)
  return server
}

async function ask(server: Postgres, sql: string): Promise<Record<string, unknown>[]> {
  const database = openDatabase(server.url(), 'test', () => {}, { connections: 1 })
  try {
    return (await database.pool.query(sql)).rows
  } finally {
    await database.close()
  }
}

test('a server left behind by a killed process is replaced, and its data is kept', async () => {
  const first = await start()
  await ask(first, 'create table kept as select 42 as answer')
  const second = await start()
  expect(await first.child.ended).toBe('exit code 0')
  expect(await ask(second, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('a pid file whose number is another process by now does not keep the server from starting', async () => {
  await (await start()).stop()
  await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${join(dataDir, 'cluster')}\n`)
  expect(await ask(await start(), 'select 1 as up')).toEqual([{ up: 1 }])
})

test('the superuser has a password of its own that only the owner can read, and a wrong one is refused', async () => {
  const server = await start()
  const file = join(dataDir, 'superuser-password')
  expect((await stat(file)).mode & 0o077).toBe(0)
  const password = (await readFile(file, 'utf8')).trim()
  expect(password.length).toBeGreaterThanOrEqual(32)
  const wrong = { ...server, url: () => server.url().replace(password, 'postgres') }
  await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
})

test('only a server that is told so risks its data; text is UTF-8 whatever LANG says', async () => {
  vi.stubEnv('LC_ALL', 'C')
  const settings = "select current_setting('fsync') as fsync, current_setting('server_encoding') as encoding"
  const scratch = await start(false)
  expect(await ask(scratch, settings)).toEqual([{ fsync: 'off', encoding: 'UTF8' }])
  await scratch.stop()
  expect(await ask(await start(true), settings)).toEqual([{ fsync: 'on', encoding: 'UTF8' }])
})
