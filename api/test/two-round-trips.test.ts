import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, type Lane, openCarPark, type Site } from './car-park.ts'

type Statement = { name?: string; text: string }

let park: CarPark
const sent: Statement[] = []
/** Runs between the facts and the write of the next read, once. */
let between: (() => Promise<unknown>) | undefined
beforeAll(async () => {
  park = await openCarPark()
  const { pool } = park.core.gateDatabase
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    const watched = (...args: unknown[]) => {
      const [statement] = args as [Statement | string]
      sent.push(typeof statement === 'string' ? { text: statement } : statement)
      return query(...args)
    }
    Object.assign(client, { query: watched })
  })
  const query = pool.query.bind(pool) as (statement: pg.QueryConfig) => Promise<unknown>
  const interrupted = async (statement: pg.QueryConfig, ...more: []) => {
    const result = await query(statement, ...more)
    const interrupt = statement.name?.startsWith('facts-') ? between : undefined
    if (interrupt !== undefined) between = undefined
    await interrupt?.()
    return result
  }
  Object.assign(pool, { query: interrupted })
})
afterEach(() => {
  between = undefined
})
afterAll(() => park.close())

describe('whatever a read comes to, it is two statements at most, each prepared under a name, and no transaction is held open:', () => {
  const inside = async (site: Site, plate: string, minutes: number) => {
    await park.read(site.entry, plate)
    await park.passage(site.entry, 'passed')
    park.wait(minutes)
  }
  const cases: [string, (site: Site) => Promise<{ lane?: Lane; plate: string; event?: object; reason: string }>][] = [
    ['an entry', async () => ({ plate: 'RT 1', reason: 'transient_entry' })],
    [
      'an entry that is refused',
      async (site) => {
        await park.blacklist('RT 2', site.id)
        return { plate: 'RT 2', reason: 'blacklisted' }
      },
    ],
    [
      'a second entry of a car that never left',
      async (site) => {
        await inside(site, 'RT 3', 60)
        return { plate: 'RT 3', reason: 'already_inside_flagged' }
      },
    ],
    [
      'an exit that owes',
      async (site) => {
        await inside(site, 'RT 4', 60)
        return { lane: site.exit, plate: 'RT 4', reason: 'payment_due' }
      },
    ],
    [
      'an exit that ends a stay',
      async (site) => {
        await inside(site, 'RT 5', 5)
        return { lane: site.exit, plate: 'RT 5', reason: 'free_period' }
      },
    ],
    ['an exit without a stay', async (site) => ({ lane: site.exit, plate: 'RT 6', reason: 'exit_without_session' })],
    [
      'a further read of a pass',
      async (site) => {
        await park.read(site.entry, 'RT 7')
        return { plate: 'RT 7', reason: 'transient_entry' }
      },
    ],
    [
      'a surer read that corrects a plate',
      async (site) => {
        await park.read(site.entry, 'RT 80000', { confidence: 0.7 })
        return { plate: 'RT 80001', event: { confidence: 0.9 }, reason: 'transient_entry' }
      },
    ],
    [
      'a repeat',
      async (site) => {
        const eventId = randomUUID()
        await park.read(site.entry, 'RT 9', { eventId })
        return { plate: 'RT 9', event: { eventId }, reason: 'transient_entry' }
      },
    ],
    [
      'a read that its camera doubts',
      async () => ({ plate: 'RT 10', event: { confidence: 0.1 }, reason: 'awaiting_better_read' }),
    ],
    [
      'a read that is too old',
      async () => ({
        plate: 'RT 11',
        event: { capturedAt: new Date(park.clock.now.getTime() - 60_000) },
        reason: 'read_too_old',
      }),
    ],
  ]
  test.each(cases)('%s', async (_what, prepare) => {
    const site = await park.site()
    // A process looks a camera up once, and remembers it.
    await park.read(site.entry, 'WARM 1')
    await park.read(site.exit, 'WARM 2')
    await park.passage(site.entry, 'turned_back')
    park.wait(4)
    const { lane = site.entry, plate, event, reason } = await prepare(site)
    sent.length = 0
    expect(await park.read(lane, plate, event)).toMatchObject({ reason })
    expect(sent).toHaveLength(2)
    for (const { name, text } of sent) {
      expect(name).toBeTruthy()
      expect(text).not.toMatch(/^\s*(begin|start transaction)/i)
    }
  })
})

describe('what happens between the two', () => {
  const lanes = async () => {
    const site = await park.site({ capacity: 1 })
    await park.read(site.entry, 'WARM 3')
    await park.passage(site.entry, 'turned_back')
    return { site, other: await park.lane(site.id, 'entry') }
  }

  test('to the blacklist or the policy of the site counts from the next read on: both are as of the load', async () => {
    const { site } = await lanes()
    await park.plate('BT 1')
    between = async () => {
      await park.blacklist('BT 1', site.id)
      await park.database.pool.query({
        text: `update sites set unknown_vehicle_policy = 'subscribers_only', version = version + 1 where id = $1`,
        values: [site.id],
      })
    }
    expect(await park.read(site.entry, 'BT 1')).toMatchObject({ outcome: 'ALLOW', reason: 'transient_entry' })
    await park.passage(site.entry, 'turned_back')
    expect(await park.read(site.entry, 'BT 1')).toMatchObject({ reason: 'blacklisted' })
    await park.passage(site.entry, 'turned_back')
    expect(await park.read(site.entry, 'BT 2')).toMatchObject({ reason: 'not_subscribed' })
  })

  test('to the last place is seen: the car is decided again, and the place is given once', async () => {
    const { site, other } = await lanes()
    between = () => park.read(other, 'BT 3')
    expect(await park.read(site.entry, 'BT 4')).toMatchObject({ outcome: 'DENY', reason: 'site_full' })
    expect(await park.count(`sessions where site_id = $1 and state = 'open'`, [site.id])).toBe(1)
  })

  test('to the stay is seen: a car that pays at that moment is not asked again', async () => {
    const { site } = await lanes()
    await park.read(site.entry, 'BT 5')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const { quote } = (await park.post('/v1/quotes', undefined, { siteId: site.id, plate: 'BT 5' })).json()
    between = () => park.pay(quote.id, quote.amountMinor)
    expect(await park.read(site.exit, 'BT 5')).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  })

  test('to the pass of the gate is seen: the other reading of the same car is no second one', async () => {
    const { site } = await lanes()
    const camera = await park.camera(site.entry.gateId)
    let first: string | undefined
    between = async () => {
      first = (await park.read({ ...site.entry, camera }, 'BT 6')).decisionId
    }
    expect(await park.read(site.entry, 'BT 6')).toMatchObject({ decisionId: first, openBarrier: false })
  })
})

test('what changes between the two every time is decided by the policy for `slow` by the deadline, and of all the tries nothing is left', async () => {
  const site = await park.site()
  const lane = await park.lane(site.id, 'entry', { onSlow: 'closed', onDbDown: 'open' })
  const core = await park.anotherCore(400)
  await core.app.ready()
  await core.lanes.refresh()
  const { pool } = core.gateDatabase
  const query = pool.query.bind(pool) as (statement: pg.QueryConfig, ...more: []) => Promise<unknown>
  let tries = 0
  const disturbed = async (statement: pg.QueryConfig, ...more: []) => {
    const result = await query(statement, ...more)
    if (statement.name?.startsWith('facts-') && (statement.values as unknown[])[0] === lane.camera.id) {
      tries += 1
      await park.database.pool.query('update gate_passes set version = version + 1 where gate_id = $1', [lane.gateId])
    }
    return result
  }
  Object.assign(pool, { query: disturbed })
  const event = { eventId: randomUUID(), plate: 'RT 99', capturedAt: park.clock.now.toISOString() }
  const response = await park.post(`/v1/cameras/${lane.camera.id}/events`, lane.camera.key, event, core.app)
  expect(response.json()).toMatchObject({ outcome: 'DENY', reason: 'fallback_closed', mode: 'fallback' })
  expect(tries).toBeGreaterThan(1)
  const figures = (await core.app.inject('/metrics')).body
  expect(figures).toContain('turnpike_fallback_decisions_total{failure="slow"} 1')
  await park.broughtIn()
  const { rows } = await park.database.pool.query('select id, mode from decisions where gate_id = $1', [lane.gateId])
  expect(rows).toEqual([{ id: response.json().decisionId, mode: 'fallback' }])
  expect(await park.count('sessions where site_id = $1', [site.id])).toBe(0)
})
