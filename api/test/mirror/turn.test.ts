import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '../../src/db/client.ts'
import { openMirrorTurn } from '../../src/repositories/mirror-turn.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'

let testDatabase: TestDatabase
const databases: Database[] = []
beforeAll(async () => {
  testDatabase = await createTestDatabase()
})
afterAll(async () => {
  for (const database of databases) await database.close()
  await testDatabase.drop()
})

function relay(name: string, idleMs?: number) {
  const database = openDatabase(testDatabase.appUrl, name, () => {}, { connections: 2 })
  databases.push(database)
  return openMirrorTurn(database.pool, idleMs)
}

const untilOurs = (turn: ReturnType<typeof relay>) =>
  vi.waitFor(async () => expect(await turn.isOurs()).toBe(true), { timeout: 10_000, interval: 50 })

describe('of several relays', () => {
  test('one is active, however often and at once they ask', async () => {
    const turns = [relay('one'), relay('two'), relay('three')]
    const answers = await Promise.all([...turns, ...turns].map((turn) => turn.isOurs()))
    expect(answers.filter(Boolean)).toHaveLength(2)
    expect(answers.slice(0, 3)).toEqual(answers.slice(3))
    for (const turn of turns) turn.release()
  })

  test('the next takes over when the active one lets go', async () => {
    const [first, second] = [relay('leaver'), relay('heir')]
    await untilOurs(first)
    expect(await second.isOurs()).toBe(false)
    first.release()
    await untilOurs(second)
    second.release()
  })

  test('the next takes over when the active one loses its connection, and that one knows', async () => {
    const [first, second] = [relay('cut'), relay('spare')]
    await untilOurs(first)
    await testDatabase.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnpike-cut'`,
    )
    await untilOurs(second)
    await vi.waitFor(async () => expect(await first.isOurs()).toBe(false), { timeout: 10_000 })
    first.release()
    second.release()
  })

  test('the next takes over when the active one hangs', async () => {
    const [first, second] = [relay('hung', 1_000), relay('awake', 1_000)]
    await untilOurs(first)
    expect(await second.isOurs()).toBe(false)
    await untilOurs(second) // the first does not ask any more
    first.release()
    second.release()
  })
})
