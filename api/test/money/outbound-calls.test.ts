import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { guarded } from '../../src/payment-providers.ts'
import { openPayingPark, type PayingPark, type Site } from './paying-park.ts'
import { TestProvider } from './test-provider.ts'

let paying: PayingPark
let site: Site
beforeAll(async () => {
  paying = await openPayingPark()
  site = await paying.park.site({ capacity: 500 })
})
afterAll(() => paying.close())
afterEach(() => {
  Object.assign(paying.provider, { down: false, answersAreLost: false, refuses: undefined, meanwhile: async () => {} })
})

let cars = 0
const carThatOwes = () => {
  cars += 1
  return paying.carThatOwes(site, `OC ${10_000 + cars * 37}`)
}
const checkout = (quoteId: string) =>
  paying.park.post(`/v1/quotes/${quoteId}/checkout`, undefined, { provider: 'stripe' })
const calls = async (subjectId: string) =>
  (
    await paying.park.database.pool.query(
      'select kind::text, state::text, result, detail from outbound_calls where subject_id = $1 order by id',
      [subjectId],
    )
  ).rows

describe('a checkout', () => {
  test('begun twice at the same moment is one at the provider (failures 11 and 18)', async () => {
    const { quoteId } = await carThatOwes()
    const answers = await Promise.all(Array.from({ length: 10 }, () => checkout(quoteId)))
    expect(new Set(answers.map((answer) => answer.json().redirectUrl)).size).toBe(1)
    expect(paying.provider.byKey.has(`checkout-stripe-${quoteId}`)).toBe(true)
    expect((await calls(quoteId)).map(({ kind, state }) => [kind, state])).toEqual([
      ['checkout', 'done'],
      ['expire_checkout', 'pending'],
    ])
  })

  test('whose answer was lost is found again with the same key, and nobody pays twice (failure 18)', async () => {
    const { quoteId } = await carThatOwes()
    paying.provider.answersAreLost = true
    expect((await checkout(quoteId)).statusCode).toBe(503)
    expect(await calls(quoteId)).toMatchObject([{ kind: 'checkout', state: 'pending' }])
    paying.provider.answersAreLost = false
    expect((await checkout(quoteId)).statusCode).toBe(200)
    const keys = [...paying.provider.byKey.keys()].filter((key) => key.includes(quoteId))
    expect(keys).toEqual([`checkout-stripe-${quoteId}`])
  })

  test('that the provider refuses is refused to the driver, and not asked for again', async () => {
    const { quoteId } = await carThatOwes()
    paying.provider.refuses = 'amount_too_small'
    expect((await checkout(quoteId)).statusCode).toBe(409)
    expect(await calls(quoteId)).toMatchObject([{ state: 'refused', detail: 'amount_too_small' }])
  })

  test('is closed when its quote ends, so that nobody pays it later', async () => {
    const { quoteId } = await carThatOwes()
    await checkout(quoteId)
    const { providerObjectId } = paying.provider.byKey.get(`checkout-stripe-${quoteId}`) as { providerObjectId: string }
    await paying.work()
    expect(paying.provider.closed.has(providerObjectId)).toBe(false)
    paying.park.wait(16)
    await paying.work()
    expect(paying.provider.closed.has(providerObjectId)).toBe(true)
  })

  test('of a stay that is paid otherwise is closed at once', async () => {
    const { quoteId, fact } = await carThatOwes()
    await checkout(quoteId)
    await paying.park.pay(quoteId, 200, { factId: fact })
    await paying.work()
    const { providerObjectId } = paying.provider.byKey.get(`checkout-stripe-${quoteId}`) as { providerObjectId: string }
    expect(paying.provider.closed.has(providerObjectId)).toBe(true)
  })

  test('is begun with no transaction open: a provider that never answers holds nothing in Postgres', async () => {
    const { quoteId } = await carThatOwes()
    const open = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    paying.provider.meanwhile = async () => {
      reached.resolve()
      await open.promise
    }
    const asking = checkout(quoteId)
    await reached.promise
    const idle = await paying.park.count(
      `pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    )
    expect(idle).toBe(0)
    open.resolve()
    expect((await asking).statusCode).toBe(200)
  })
})

describe('a call that a crash left', () => {
  test.each([
    ['before the provider was asked', false],
    ['after the provider did it, before that was recorded', true],
  ])('%s is finished once by the completer', async (_when, didIt) => {
    const { quoteId, fact } = await carThatOwes()
    await paying.park.pay(quoteId, 200, { factId: fact })
    const payment = await paying.park.row('select id from payments where fact_id = $1', [fact])
    const key = `refund-left-${payment.id}`
    const request = { paymentFactId: fact, amountMinor: 150, currency: 'EUR', reason: 'left behind' }
    if (didIt) await paying.provider.refund({ ...request, idempotencyKey: key, askedSince: null })
    await paying.park.database.pool.query(
      `insert into outbound_calls (id, kind, provider, idempotency_key, subject_id, request, due_at)
       values (gen_random_uuid(), 'refund', 'stripe', $1, $2, $3, $4)`,
      [key, payment.id, JSON.stringify(request), paying.park.clock.now],
    )
    await paying.work()
    await paying.work()
    expect(await calls(payment.id)).toMatchObject([{ kind: 'refund', state: 'done' }])
    expect(await paying.park.count('refunds where payment_id = $1', [payment.id])).toBe(1)
    expect([...paying.provider.byKey.keys()].filter((asked) => asked === key)).toHaveLength(1)
  })
})

describe('a provider that is down', () => {
  test('never touches the gate: cars are decided as ever', async () => {
    paying.provider.down = true
    const { quoteId, plate } = await carThatOwes()
    expect((await checkout(quoteId)).statusCode).toBe(503)
    await paying.park.pay(quoteId, 200)
    paying.park.wait(4)
    expect(await paying.park.read(site.exit, plate)).toMatchObject({ outcome: 'ALLOW' })
  })

  test('is left alone after five failures in a row, and asked again after a while', async () => {
    const provider = new TestProvider()
    const behind = guarded(provider)
    provider.down = true
    for (let n = 0; n < 8; n += 1)
      await expect(behind.fetchState('subscription', 'sub_1')).rejects.toMatchObject({ name: 'ProviderUnavailable' })
    expect(provider.asked).toHaveLength(5)
  })

  test('counts as such only when it cannot be reached: what it refuses breaks nothing', async () => {
    const provider = new TestProvider()
    const behind = guarded(provider)
    provider.refuses = 'no'
    for (let n = 0; n < 8; n += 1)
      await expect(behind.expireCheckout('cs_1')).rejects.toMatchObject({ name: 'ProviderRefused' })
    expect(provider.asked).toHaveLength(8)
  })
})
