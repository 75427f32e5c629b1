import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/new-id.ts'
import { openCarPark } from '../car-park.ts'
import { permutations } from './permutations.ts'
import { anyHistory, type History } from './simulation/history.ts'
import { type Lane, play } from './simulation/play.ts'
import { whatIsWrong } from './simulation/what-is-wrong.ts'
import { TestProvider } from './test-provider.ts'

/*
 * Random histories of a provider, its notifications lost, repeated, out of order, of vehicles that leave and turn back, of refunds by
 * operators, and our process ending at every step: what is left in Postgres is what a model says from the history alone. `npm run sim:payments -- --histories 10000 --seed 1` plays many.
 */

const histories = Number(process.env.HISTORIES ?? 40)
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 30)
const atOnce = 6

let lanes: Lane[]
beforeAll(async () => {
  const parks = await Promise.all(Array.from({ length: Math.min(atOnce, histories) }, () => openCarPark()))
  lanes = parks.map((park) => ({ park, provider: new TestProvider() }))
})
afterAll(async () => {
  await Promise.all(lanes.map(({ park }) => park.close()))
})

/** What is wrong after a history, which is then out of the way of the next. */
async function check(lane: Lane, history: History): Promise<string[]> {
  const played = await play(lane, newId, history).catch((error: unknown) => {
    throw new Error(`in the history ${JSON.stringify(history)}`, { cause: error })
  })
  const wrong = await whatIsWrong(lane.park, history, played)
  // The reconciler asks after all that is under way.
  const { pool } = lane.park.database
  await pool.query(`update subscriptions set status = 'cancelled' where id = $1`, [played.subscriptionId])
  await pool.query(`update refunds set state = 'failed' where state = 'pending'`)
  await pool.query(`update disputes set state = 'lost' where state = 'open'`)
  return wrong
}

test.each([histories])(
  '%s random histories end as the model says (failure 24)',
  { timeout: 60_000 + histories * 2_000 },
  async () => {
    console.info(`simulation of payments: HISTORIES=${histories} SEED=${seed}`)
    const all = fc.sample(anyHistory, { seed, numRuns: histories }).entries()
    const wrong: string[] = []
    let events = 0
    const began = Date.now()
    await Promise.all(
      lanes.map(async (lane) => {
        for (const [n, history] of all) {
          events += history.captures.length + history.back.length + history.life.length + history.noise.length
          for (const each of await check(lane, history))
            wrong.push(`history ${n}: ${each}\n  ${JSON.stringify(history)}`)
        }
      }),
    )
    console.info(
      `${histories} histories, ${events} things told, ${wrong.length} violations, ${Math.round((Date.now() - began) / 1000)} s`,
    )
    expect(wrong.slice(0, 5)).toEqual([])
  },
)

const nothingElse = { policy: 'credit' as const, captures: [], back: [], life: [], noise: [], steps: [] }
test.each<[string, Omit<History, 'fate'>]>([
  [
    'a payment with a refund',
    {
      ...nothingElse,
      captures: [{ kind: 'capture', of: 'quote 1', amountMinor: 200 }],
      back: [{ kind: 'refund', capture: 0, amountMinor: 50, states: ['pending', 'succeeded', 'failed'] }],
    },
  ],
  [
    'a payment with a dispute and a second partial refund',
    {
      ...nothingElse,
      captures: [{ kind: 'capture', of: 'quote 1', amountMinor: 200 }],
      back: [
        { kind: 'dispute', capture: 0, states: ['open', 'won'] },
        { kind: 'refund', capture: 0, amountMinor: 30, states: ['succeeded'] },
      ],
    },
  ],
  [
    'a payment with a dispute that was lost, appealed and won',
    {
      ...nothingElse,
      captures: [{ kind: 'capture', of: 'quote 1', amountMinor: 200 }],
      back: [{ kind: 'dispute', capture: 0, states: ['open', 'lost', 'open', 'won'] }],
    },
  ],
  [
    'a payment with a dispute whose end is appealed',
    {
      ...nothingElse,
      captures: [{ kind: 'capture', of: 'quote 1', amountMinor: 200 }],
      back: [{ kind: 'dispute', capture: 0, states: ['open', 'won', 'open'] }],
    },
  ],
  [
    'the life of a subscription with its money',
    {
      ...nothingElse,
      captures: [{ kind: 'capture', of: 'subscription', amountMinor: 200 }],
      life: ['incomplete', 'active', 'past_due', 'cancelled'],
    },
  ],
])('all orders of %s converge (failures 1, 2, 12 and 24)', { timeout: 60_000 }, async (_what, history) => {
  const told =
    history.captures.length + history.life.length + history.back.reduce((sum, { states }) => sum + states.length, 0)
  const orders = permutations(Array.from({ length: told }, (_, n) => n))
  const todo = orders.values()
  const wrong: string[] = []
  await Promise.all(
    lanes.map(async (lane) => {
      for (const order of todo) {
        const fate = order.map((place) => ({ place, lost: false, times: 1, crash: 0, works: true, waits: false }))
        for (const each of await check(lane, { ...history, fate })) wrong.push(`${order}: ${each}`)
      }
    }),
  )
  expect(orders.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})
