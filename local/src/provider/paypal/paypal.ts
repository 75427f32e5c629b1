import type { Faults } from '../faults.ts'
import { InProgress } from '../in-progress.ts'
import { Webhooks } from '../webhooks.ts'
import { MoneyBack } from './money-back.ts'
import { Orders } from './orders.ts'
import { type Client, PaypalApi } from './paypal-api.ts'
import { PaypalEvents, paypalEndpoint } from './paypal-events.ts'
import type { PaypalKept } from './paypal-kept.ts'
import { inProgress } from './paypal-refusal.ts'
import { PaypalSubscriptions } from './paypal-subscriptions.ts'
import { Plans } from './plans.ts'
import type { TestChain } from './test-chain.ts'

export type PaypalOptions = {
  webhookUrl: string
  webhookId: string
  client: Client
  /** What it signs with; its root is what the merchant has to trust. */
  chain: TestChain
}

/** The parts of the PayPal stand-in, put together. */
export function openPaypal(
  publicUrl: string,
  kept: PaypalKept,
  faults: Faults,
  options: PaypalOptions & { log?: ((line: string) => void) | undefined },
) {
  const endpoint = paypalEndpoint(options.webhookUrl, publicUrl, options.webhookId, options.chain)
  const webhooks = new Webhooks(endpoint, faults, options.log)
  const events = new PaypalEvents(publicUrl, kept, webhooks)
  const orders = new Orders(publicUrl, kept, events)
  const back = new MoneyBack(publicUrl, kept, events)
  const plans = new Plans(publicUrl, kept)
  const subscriptions = new PaypalSubscriptions(publicUrl, kept, events)
  const parts = { orders, back, plans, subscriptions, events }
  const api = new PaypalApi(publicUrl, kept, options.client, options.chain, parts)
  return { kept, faults, inProgress: new InProgress(inProgress()), webhooks, api, ...parts }
}
export type PaypalSide = ReturnType<typeof openPaypal>
