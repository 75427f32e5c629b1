import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CarPark, Site } from '../car-park.ts'
import { openCarPark } from '../car-park.ts'
import { kill, startApi } from '../core-process.ts'
import { carThatWaits, stripePayment } from './by-the-real-clock.ts'
import { holdTable } from './held-table.ts'

/* The API is killed as a power cut would, in the middle of taking a payment in: at each step that it is held up at. */

const secret = 'whsec_of_the_test'
let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

test.each(['payment_events', 'payments', 'commands', 'audit_entries', 'mirror_marks'])(
  'killed while it is about to write %s, it has stored nothing, and the redelivery does all of it once (failure 7)',
  { timeout: 60_000 },
  async (table) => {
    const { sessionId, quoteId } = await carThatWaits(park, site)
    const { fact, send } = stripePayment(quoteId, secret)
    const first = await startApi(park.testDatabase.appUrl, { STRIPE_WEBHOOK_SECRET: secret })
    const held = await holdTable(park, table)
    const cutOff = send(`${first.url}/webhooks/stripe`).then(
      (answer) => answer.status,
      () => 'cut off',
    )
    await held.reached('insert into', 'api')
    await kill(first)
    expect(await cutOff).toBe('cut off')
    await held.release()
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(0)
    expect(await park.count(`payment_events where change ->> 'factId' = $1`, [fact])).toBe(0)

    const second = await startApi(park.testDatabase.appUrl, { STRIPE_WEBHOOK_SECRET: secret })
    const url = `${second.url}/webhooks/stripe`
    expect(await (await send(url)).json()).toMatchObject({ result: 'applied' })
    expect(await (await send(url)).json()).toMatchObject({ result: 'duplicate' })
    expect(await park.count('payments where fact_id = $1', [fact])).toBe(1)
    expect(await park.count('commands where payment_id in (select id from payments where fact_id = $1)', [fact])).toBe(
      1,
    )
    expect((await park.row('select paid_until from sessions where id = $1', [sessionId])).paid_until).not.toBeNull()
    await kill(second)
  },
)
