import { PassThrough } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../src/db/client.ts'
import { plates } from '../src/db/schema.ts'
import { loggerOptions } from '../src/plugins/log.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('a log line about a failed query names no plate, neither by its parameters nor by Postgres’ detail', async () => {
  const { db, close } = openDatabase(database.url, 'test', () => {})
  const row = { id: '01a20705-25c3-73ba-8e1b-ecced21a692b', raw: 'B SECRET 1', plate: 'BSECRET1', skeleton: '85ECRET1' }
  await db.insert(plates).values(row)
  const error = await db
    .insert(plates)
    .values({ ...row, id: '01a20705-25c3-73ba-8e1b-ecced21a692c' })
    .catch((cause) => cause)
  await close()
  expect(JSON.stringify([error.message, error.cause.detail])).toContain('SECRET')

  const lines = new PassThrough()
  pino(loggerOptions('info', 'test'), lines).error({ err: error }, 'request failed')
  const line = lines.read().toString()
  expect(line).toContain('23505')
  expect(line).not.toContain('SECRET')
})
