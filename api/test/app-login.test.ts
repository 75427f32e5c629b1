import { randomBytes } from 'node:crypto'
import { asLogin } from '@turnpike/local/local-database.ts'
import { type ScratchPostgres, startScratchPostgres } from '@turnpike/local/scratch-postgres.ts'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureAppLogin } from '../src/db/app-login.ts'
import { migrate } from '../src/db/migrate.ts'

// A server for each test: roles belong to all databases of a server.
let server: ScratchPostgres
beforeEach(async () => {
  server = await startScratchPostgres()
})
afterEach(() => server.stop())

async function run(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client.query(sql).finally(() => client.end())
}

const password = () => randomBytes(24).toString('hex')
const ensure = (ownerUrl: string, appUrl: string) => ensureAppLogin(ownerUrl, appUrl, 'in the test')

/** An empty database that belongs to a user of its own, as a hosted Postgres gives one. */
async function hosted(attributes: string): Promise<string> {
  const login = { user: 'tenant', password: password() }
  await run(server.url(), `create role tenant login ${attributes} password '${login.password}'`)
  await run(server.url(), 'create database tenant owner tenant')
  return asLogin(server.url('tenant'), login)
}

test('an owner who may not make roles is told what an administrator has to do, and can go on when it is done', async () => {
  const ownerUrl = await hosted('')
  await expect(migrate(ownerUrl)).rejects.toThrow(/user tenant may not create roles.*create role turnpike_app nologin/)
  expect((await run(ownerUrl, `select from pg_class where relname = 'sites'`)).rowCount).toBe(0)
  await run(server.url(), 'create role turnpike_app nologin')
  await migrate(ownerUrl)

  const login = { user: 'tenant_app', password: password() }
  const appUrl = asLogin(ownerUrl, login)
  const refusal = await ensure(ownerUrl, appUrl).catch((error: Error) => error.message)
  expect(refusal).toContain('create role "tenant_app" login in role turnpike_app')
  expect(refusal).not.toContain(login.password)
  await run(server.url(), `create role tenant_app login in role turnpike_app password '${login.password}'`)
  await ensure(ownerUrl, appUrl)
  await run(appUrl, 'select from sites')
})

test('an owner who may make roles, and is no superuser, makes the login, and changes its password when it is another', async () => {
  const ownerUrl = await hosted('createrole')
  await migrate(ownerUrl)
  const first = asLogin(ownerUrl, { user: 'tenant_app', password: password() })
  await ensure(ownerUrl, first)
  await run(first, 'select from sites')
  await expect(run(first, 'update audit_entries set reason = null')).rejects.toMatchObject({ code: '42501' })

  const second = asLogin(ownerUrl, { user: 'tenant_app', password: password() })
  await ensure(ownerUrl, second)
  await run(second, 'select from sites')
  await expect(run(first, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('the password stands in no statement, so that it gets into no log of statements', async () => {
  await migrate(server.url())
  const login = { user: 'app', password: password() }
  const sent = vi.spyOn(pg.Client.prototype, 'query')
  await ensure(server.url(), asLogin(server.url(), login))
  expect(JSON.stringify(sent.mock.calls)).toContain('create role')
  expect(JSON.stringify(sent.mock.calls)).not.toContain(login.password)
  sent.mockRestore()
  await run(asLogin(server.url(), login), 'select from sites')
})

test('somebody else’s role is no login for the processes, and keeps its password', async () => {
  await migrate(server.url())
  await run(server.url(), 'create role boss login createrole in role turnpike_app; create role shop login')
  await run(
    server.url(),
    'create role keeper login in role turnpike_app; create table kept (); alter table kept owner to keeper',
  )
  const passwords = `select rolname, rolpassword from pg_authid where rolname !~ '^pg_'`
  const before = (await run(server.url(), passwords)).rows
  for (const user of ['postgres', 'boss', 'shop', 'keeper', 'turnpike_app'])
    await expect(ensure(server.url(), asLogin(server.url(), { user, password: password() })), user).rejects.toThrow(
      `The role ${user} is not a login of Turnpike's processes`,
    )
  expect((await run(server.url(), passwords)).rows).toEqual(before)
})

test('a role of that name that may do more is not taken for Turnpike’s', async () => {
  await run(server.url(), 'create role turnpike_app superuser')
  await expect(migrate(server.url())).rejects.toThrow(/not Turnpike's.*Rename that role/)
})
