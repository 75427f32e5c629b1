import { type Provider, startProvider } from '@turnpike/local/provider/main.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from '../car-park.ts'
import { startApi, startCoreProcess } from '../core-process.ts'
import { carThatWaits } from './by-the-real-clock.ts'

/* `npm run reconcile` as it ships, a process of its own; the provider is the stand-in, and all its webhooks are lost. */

let park: CarPark
let site: Site
let provider: Provider
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
  provider = await startProvider({ webhookUrl: 'http://127.0.0.1:9/', webhookSecret: 'whsec_of_the_test' })
  await post(`${provider.url}/_control/stripe/faults`, { drop: 1 })
})
afterAll(async () => {
  await provider.stop()
  await park.close()
})

const post = async (url: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await answer.json()) as Record<string, string>
}
const pay = (redirectUrl: string) => fetch(`${redirectUrl}/pay`, { method: 'POST', redirect: 'manual' })

async function reconcile() {
  const command = await startCoreProcess('reconcile', {
    DATABASE_URL: park.testDatabase.appUrl,
    STRIPE_SECRET_KEY: 'sk_test_of_nobody',
    STRIPE_API_URL: provider.url,
  })
  await command.ended
  expect(command.process.exitCode).toBe(0)
  return command.log()
}

test('the command prints what was never heard and what had changed without a word, puts it right, and then finds nothing', {
  timeout: 60_000,
}, async () => {
  const api = await startApi(park.testDatabase.appUrl, { STRIPE_API_URL: provider.url })
  const { quoteId } = await carThatWaits(park, site)
  await pay((await post(`${api.url}/v1/quotes/${quoteId}/checkout`, { provider: 'stripe' })).redirectUrl!)
  const planId = await park.planOnOffer(site.id)
  const wanted = { planId, holder: 'Ada', email: 'ada@example.org', provider: 'stripe', plates: ['RK 10038'] }
  const { subscriptionId, redirectUrl } = await post(`${api.url}/v1/public/subscriptions`, wanted)
  await pay(redirectUrl!)
  const status = async () =>
    (await park.row('select status::text from subscriptions where id = $1', [subscriptionId])).status
  expect([await park.count('payments'), await status()]).toEqual([0, 'incomplete'])

  const first = await reconcile()
  expect(first).toMatch(/^stripe {2}evt_\S+ {2}payment_intent\.succeeded {2}applied$/m)
  expect(first).toMatch(/^stripe {2}sub_\S+ {2}subscription {2}is not what we had$/m)
  expect(await park.count('payments where quote_id = $1', [quoteId])).toBe(1)
  expect(await status()).toBe('active')

  await park.database.pool.query(`update subscriptions set status = 'unpaid' where id = $1`, [subscriptionId])
  const second = await reconcile()
  expect(second).toMatch(/subscription {2}is not what we had\n\n0 were missing, 1 had changed\./)
  expect(await status()).toBe('active')

  expect(await reconcile()).toBe('Nothing was missing.\n')
})
