import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openCarPark } from './car-park.ts'
import { openStaffedCarPark } from './signed-in.ts'

const key = 'x'.repeat(43)
const event = (plate: string) => ({ eventId: randomUUID(), plate, capturedAt: '2026-03-10T09:00:00Z' })
/** What came of so many requests at once, by status. */
async function statusesOf(count: number, send: () => Promise<{ statusCode: number }>) {
  const responses = await Promise.all(Array.from({ length: count }, send))
  return Object.groupBy(responses, ({ statusCode }) => statusCode)
}

describe('of devices that nobody knows', () => {
  // Time stands still: nothing is looked up again by itself, and no look-up is allowed anew.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test.each(['cameras', 'gates'])(
    'however many %s somebody invents, few are looked up; known ones are decided and heard as ever, and new ones a second later',
    async (kind) => {
      const park = await openCarPark()
      try {
        const site = await park.site()
        await park.lanes.refresh()
        const proven = await park.lane(site.id, 'entry')
        const state = { state: 'open' }
        const report = (lane: typeof proven) => park.post(`/v1/gates/${lane.gateId}/state`, lane.key, state)
        const read = (lane: typeof proven) =>
          park.post(`/v1/cameras/${lane.camera.id}/events`, lane.camera.key, event(`ST ${Math.random()}`))
        for (const send of [report, read]) expect((await send(proven)).statusCode).toBe(200)
        const lookUps = vi.spyOn(park.core.database.pool, 'query')

        const invented = () =>
          kind === 'cameras'
            ? park.post(`/v1/cameras/${randomUUID()}/events`, key, event('ST 1'))
            : park.post(`/v1/gates/${randomUUID()}/state`, key, state)
        const { 401: unknown, 429: refused, ...others } = await statusesOf(500, invented)
        expect(others).toEqual({})
        expect(unknown!.length).toBeLessThanOrEqual(200)
        expect(refused!.length).toBeGreaterThanOrEqual(300)
        expect(lookUps.mock.calls.length).toBeLessThanOrEqual(200)
        const response = await invented()
        expect(response.headers['retry-after']).toBe('1')
        expect(response.json()).toMatchObject({ code: 'rate_limited', status: 429 })

        for (const lane of [site.entry, site.exit, proven])
          for (const send of [report, read]) expect((await send(lane)).statusCode).toBe(200)
        const brandNew = await park.lane(site.id, 'entry')
        for (const send of [report, read]) expect((await send(brandNew)).statusCode).toBe(429)
        vi.advanceTimersByTime(1_000)
        for (const send of [report, read]) expect((await send(brandNew)).statusCode).toBe(200)
      } finally {
        await park.close()
      }
    },
  )
})

describe('however many ask within a second', () => {
  test.each(['/metrics', '/readyz'])('%s asks Postgres once, and a second later again', async (url) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const park = await openCarPark()
    try {
      await park.app.ready()
      const asked = vi.spyOn(park.core.database.pool, 'query')
      // The process looks at its lanes meanwhile, so that some more are asked.
      for (const _second of [1, 2]) {
        vi.advanceTimersByTime(1_001)
        asked.mockClear()
        for (const _time of [1, 2]) {
          const { 200: good } = await statusesOf(50, () => park.app.inject(url))
          expect(good).toHaveLength(50)
          vi.advanceTimersByTime(999)
        }
        expect(asked.mock.calls.length).toBeGreaterThan(0)
        expect(asked.mock.calls.length).toBeLessThan(20)
      }
    } finally {
      vi.useRealTimers()
      await park.close()
    }
  })
})

describe('somebody who asks without end', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('as an operator is told to wait after a thousand requests in ten seconds, and nobody else is', async () => {
    vi.useRealTimers()
    const staffed = await openStaffedCarPark()
    try {
      const site = await staffed.park.site()
      const [wild, quiet] = [await staffed.staff('viewer', [site.id]), await staffed.staff('viewer', [site.id])]
      vi.useFakeTimers({ toFake: ['Date'] })
      const { 200: heard } = await statusesOf(1_000, () => wild.get('/v1/sites'))
      expect(heard).toHaveLength(1_000)
      const refused = await wild.get('/v1/gates')
      expect(refused.statusCode).toBe(429)
      expect(refused.json()).toMatchObject({ code: 'rate_limited' })
      expect(refused.headers['retry-after']).toBe('10')
      expect((await quiet.get('/v1/sites')).statusCode).toBe(200)
      vi.setSystemTime(Date.now() + 10_000)
      expect((await wild.get('/v1/gates')).statusCode).toBe(200)
    } finally {
      vi.useRealTimers()
      await staffed.close()
    }
  })

  test('to hand in payment events is told to wait after a thousand in a second; fifty deliveries of one event are all taken', async () => {
    const park = await openCarPark()
    try {
      const site = await park.site()
      await park.read(site.entry, 'LM 1')
      await park.passage(site.entry, 'passed')
      park.wait(45)
      const { quote } = await park.read(site.exit, 'LM 1')
      const [eventId, factId] = [`evt_${randomUUID()}`, `pi_${randomUUID()}`]
      const { 200: taken } = await statusesOf(50, () => park.pay(quote!.id, quote!.amountMinor, { eventId, factId }))
      expect(taken).toHaveLength(50)
      expect(await park.count('payments where site_id = $1', [site.id])).toBe(1)

      const forged = (remoteAddress = '127.0.0.1') =>
        park.app.inject({ method: 'POST', url: '/internal/payment-events', remoteAddress, payload: {} })
      const { 401: unknown } = await statusesOf(950, () => forged())
      expect(unknown).toHaveLength(950)
      const refused = await forged()
      expect(refused.statusCode).toBe(429)
      expect(refused.headers['retry-after']).toBe('1')
      expect((await forged('192.0.2.9')).statusCode).toBe(401)
      vi.setSystemTime(Date.now() + 1_000)
      expect((await forged()).statusCode).toBe(401)
    } finally {
      await park.close()
    }
  })
})
