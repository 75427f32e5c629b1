import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startProvider } from '../main.ts'
import { click, stripeAt, webhookSecret } from './merchant.ts'

test('what was made is there after a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'turnpike-providers-'))
  const options = { webhookUrl: 'http://127.0.0.1:9/', webhookSecret, stateFile: join(folder, 'providers.json') }
  try {
    const first = await startProvider(options)
    const line = { quantity: 1, price_data: { currency: 'eur', unit_amount: 450, product_data: { name: 'Parking' } } }
    const session = await stripeAt(first.url).checkout.sessions.create({
      mode: 'payment',
      line_items: [line],
      success_url: 'https://park.example/done',
    })
    await click(session.url!, 'pay')
    const paid = await stripeAt(first.url).checkout.sessions.retrieve(session.id)
    await first.stop()
    const second = await startProvider(options)
    expect(await stripeAt(second.url).checkout.sessions.retrieve(session.id)).toEqual(paid)
    const { data } = await stripeAt(second.url).events.list({
      type: 'checkout.session.completed',
      delivery_success: false,
    })
    expect(data).toHaveLength(1)
    await second.stop()
  } finally {
    await rm(folder, { recursive: true })
  }
})
