import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refuseForeignDatabase } from '../src/demo.ts'
import { startScratchPostgres } from '../src/scratch-postgres.ts'

let server: Awaited<ReturnType<typeof startScratchPostgres>>
beforeAll(async () => {
  server = await startScratchPostgres()
})
afterAll(() => server.stop())

async function database(name: string, ...statements: string[]): Promise<string> {
  const run = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await run(server.url(), `create database ${name}`)
  for (const statement of statements) await run(server.url(name), statement)
  return server.url(name)
}

test('an empty database is taken; one that is in use is refused before anything is written to it', async () => {
  await expect(refuseForeignDatabase(await database('empty_one'))).resolves.toBeUndefined()
  const shop = await database('shop', 'create table orders (id int)')
  await expect(refuseForeignDatabase(shop)).rejects.toThrow('in use')
  const real = await database('real_park', 'create table sites (id text)', `insert into sites values ('a real one')`)
  await expect(refuseForeignDatabase(real)).rejects.toThrow('in use')
})
