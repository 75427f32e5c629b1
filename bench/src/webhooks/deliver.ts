import { createHmac, randomUUID } from 'node:crypto'

export const webhookSecret = 'whsec_of_the_bench'

/** A payment of 2.00 for a quote as Stripe tells it, signed. */
export function payment(quoteId: string) {
  const at = Math.floor(Date.now() / 1000)
  const object = {
    id: `cs_${randomUUID()}`,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    payment_intent: `pi_${randomUUID()}`,
    client_reference_id: quoteId,
    amount_total: 200,
    currency: 'eur',
  }
  const event = { id: `evt_${randomUUID()}`, type: 'checkout.session.completed', created: at, data: { object } }
  const body = JSON.stringify(event)
  const signature = `t=${at},v1=${createHmac('sha256', webhookSecret).update(`${at}.${body}`).digest('hex')}`
  return { body, headers: { 'content-type': 'application/json', 'stripe-signature': signature } }
}

/** Delivers it, and says when it was answered. @throws Error unless it took effect */
export async function deliver(url: string, { body, headers }: ReturnType<typeof payment>): Promise<number> {
  const answer = await fetch(url, { method: 'POST', body, headers })
  const text = await answer.text()
  const at = performance.now()
  if (answer.status !== 200 || (JSON.parse(text) as { result: string }).result !== 'applied')
    throw new Error(`a payment was answered ${answer.status}: ${text}`)
  return at
}
