import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { untilReady } from '@turnpike/local/child.ts'
import fc from 'fast-check'
import { exportJWK } from 'jose'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CarPark, openCarPark } from '../car-park.ts'
import { startCoreProcess } from '../core-process.ts'
import { watchCommits } from './committed-states.ts'
import { type Door, Players } from './players.ts'
import { anySchedule, type Operation } from './schedule.ts'
import { whatIsWrong } from './what-is-wrong.ts'
import { buildWorld, type Ground } from './world.ts'

/*
 * The same car parks as in the other races, against the processes that ship: two APIs and a worker, over HTTP, by their own clocks.
 * What an operator does is left out, as nobody signs in here; and the deadline is long, as policies are no matter of races.
 */

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
  Object.defineProperty(park.clock, 'now', { get: () => new Date() })
  await watchCommits(park.testDatabase.pool)
})
afterAll(() => park.close())

async function startApi(): Promise<Door> {
  const { d: _private, ...key } = await exportJWK(park.functionKey)
  const journal = mkdtempSync(join(tmpdir(), 'turnpike-journal-'))
  onTestFinished(() => rmSync(journal, { recursive: true }))
  const api = await startCoreProcess('api', {
    DATABASE_URL: park.testDatabase.appUrl,
    PORT: '0',
    TRUST_PROXY: 'loopback',
    DASHBOARD_URL: 'https://parking.example',
    PROFILE: 'postgres_only',
    FIREBASE_PROJECT_ID: 'demo-turnpike-races',
    FUNCTIONS_JWKS: JSON.stringify({ keys: [{ ...key, kid: 'test', alg: 'EdDSA' }] }),
    STRIPE_SECRET_KEY: 'sk_test_of_nobody',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_nobody',
    JOURNAL_DIR: journal,
    DECISION_DEADLINE_MS: '5000',
  })
  const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(api.log())?.[0]
  await untilReady(api, async () => address() !== undefined)
  return {
    mayBeLate: false,
    async send({ method, url, from, headers, body }) {
      const response = await fetch(address() + url, { method, body, headers: { ...headers, 'x-forwarded-for': from } })
      return { status: response.status, body: await response.json() }
    },
    // A process of its own does it.
    work: async () => {},
  }
}

test('two APIs and a worker, each a process of its own, keep every rule', async () => {
  const doors = { patient: await startApi(), hasty: await startApi() }
  await startCoreProcess('worker', {
    STRIPE_SECRET_KEY: 'sk_test_of_nobody',
    STRIPE_API_URL: 'http://127.0.0.1:9',
    DATABASE_URL: park.testDatabase.appUrl,
  })
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 30)
  console.info(`races of two processes: SEED=${seed}`)
  const signedOut = ({ kind }: Operation) => kind !== 'command' && kind !== 'resize' && kind !== 'resize pool'
  const games = fc.sample(anySchedule, { seed, numRuns: 40 }).entries()
  const played: { ground: Ground; players: Players }[] = []
  const table = async () => {
    for (const [n, { world, rounds }] of games) {
      const ground = await buildWorld(park, world, n + 1)
      const players = new Players(ground, doors)
      for (const { operations } of rounds)
        await Promise.all(operations.filter(signedOut).map((operation) => players.play(operation)))
      played.push({ ground, players })
    }
  }
  // More at once would only be late.
  await Promise.all([table(), table(), table()])

  // The worker decides what no better read followed.
  while ((await park.count('gate_passes where pending and passage_at is null')) > 0) await setTimeout(100)
  for (const { ground, players } of played) expect(await whatIsWrong(ground, players), `SEED=${seed}`).toEqual([])
  const answered = played.flatMap(({ players }) => players.history.reads.filter(({ status }) => status === 200))
  expect(answered.length).toBeGreaterThan(played.length)
}, 120_000)
