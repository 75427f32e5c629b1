import { setTimeout as really } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { CarPark } from './car-park.ts'
import { type FailingPark, openFailingPark } from './failing-park.ts'

let failing: FailingPark
let park: CarPark
beforeAll(async () => {
  // From before the app starts: when it looks again is for the test to say.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  failing = await openFailingPark()
  park = failing.park
  await park.app.ready()
})
afterEach(() => failing.proxy.set({ kind: 'fine' }))
afterAll(async () => {
  vi.useRealTimers()
  await failing.close()
})

/** Time goes on for the process, and whatever it then asks Postgres is answered. At no moment is what it remembers older than 10 s. */
async function seconds(count: number) {
  const { pool } = park.core.database
  for (let second = 0; second < count; second += 1) {
    park.wait(1 / 60)
    await vi.advanceTimersByTimeAsync(1_000)
    for (let idle = 0; idle < 3; idle = pool.idleCount === pool.totalCount ? idle + 1 : 0) await really(2)
    expect(park.clock.now.getTime() - park.lanes.lookedAt()!.getTime()).toBeLessThanOrEqual(10_000)
  }
}

test('the allow-list in memory is at most 10 s old: who may park since then is let in without Postgres, and who may no more, or is blacklisted, is not', async () => {
  const site = await park.site()
  const ends = await park.subscription(site.id, ['ENDS 33'])
  await park.subscription(site.id, ['BANNED 7'])
  await seconds(27)
  await park.subscription(site.id, ['BEGINS 44'])
  await park.blacklist('BANNED 7', site.id)
  await park.database.pool.query('update subscriptions set valid_until = $2 where id = $1', [ends, park.clock.now])
  await seconds(10)
  failing.proxy.set({ kind: 'cut' })
  const closed = { outcome: 'DENY', reason: 'fallback_closed', openBarrier: false }
  expect(await park.read(site.entry, 'ENDS 33')).toMatchObject(closed)
  expect(await park.read(site.entry, 'BANNED 7')).toMatchObject(closed)
  expect(await park.read(site.entry, 'BEGINS 44')).toMatchObject({ reason: 'fallback_allow_list', openBarrier: true })
})
