import type { Stack } from '@turnpike/contracts/stack.ts'

/** Pays the quote of a pay page by card, as its driver does, without a browser. */
export async function payByCard(stack: Stack, payUrl: string): Promise<void> {
  const quoteId = new URL(payUrl).pathname.split('/').at(-1)
  const checkout = await fetch(`${stack.api}/v1/quotes/${quoteId}/checkout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'stripe' }),
  })
  const { redirectUrl } = (await checkout.json()) as { redirectUrl: string }
  await pressPay(redirectUrl)
}

/** A checkout that somebody else began at our account and paid: it names nothing we know. */
export async function payUnknown(stack: Stack, amountMinor: number): Promise<void> {
  const session = await fetch(`${stack.provider}/v1/checkout/sessions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_somebody' },
    body: new URLSearchParams({
      mode: 'payment',
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'eur',
      'line_items[0][price_data][unit_amount]': String(amountMinor),
      'line_items[0][price_data][product_data][name]': 'Something else',
      client_reference_id: '0197a3c2-dead-7abc-8def-0123456789ab',
      'payment_intent_data[metadata][quoteId]': '0197a3c2-dead-7abc-8def-0123456789ab',
      success_url: 'https://park.example/done',
    }),
  })
  const { url } = (await session.json()) as { url: string }
  await pressPay(url)
}

async function pressPay(page: string): Promise<void> {
  const paid = await fetch(`${page}/pay`, { method: 'POST', redirect: 'manual' })
  if (paid.status !== 303) throw new Error(`The stand-in answered ${paid.status}`)
}
