import { paidCheckout, signatureOf } from '@turnpike/local/provider/stripe/signed-event.ts'

export const webhookSecret = 'whsec_of_the_bench'

/** A payment of 2.00 for a quote as Stripe tells it, signed. */
export function payment(quoteId: string) {
  const body = JSON.stringify(paidCheckout(quoteId))
  const signature = signatureOf(body, webhookSecret)
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
