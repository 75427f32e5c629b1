import { client } from './merchant.ts'

/** A client of PayPal's API without any code of ours, so that it checks both sides. */
export async function paypalAt(url: string) {
  const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  const granted = await fetch(`${url}/v1/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    headers: { authorization: `Basic ${basic}` },
  })
  const { access_token } = (await granted.json()) as { access_token: string }
  return async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(new URL(path, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${access_token}`,
        'content-type': 'application/json',
        prefer: 'return=representation',
        ...headers,
      },
    })
    const text = await response.text()
    // biome-ignore lint/suspicious/noExplicitAny: each test says what it expects
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as any }
  }
}
export type Paypal = Awaited<ReturnType<typeof paypalAt>>

export function order(changes: object = {}, value = '10.50', currency = 'EUR') {
  const unit = { custom_id: 'quote-1', description: 'Parking', amount: { currency_code: currency, value }, ...changes }
  const experience_context = { return_url: 'https://park.example/done', cancel_url: 'https://park.example/back' }
  return { intent: 'CAPTURE', purchase_units: [unit], payment_source: { paypal: { experience_context } } }
}

/** What a buyer does on the page. Answers where the page leads. */
export async function press(page: string, button: string): Promise<string | null> {
  const { origin, searchParams, pathname } = new URL(page)
  const id = searchParams.get('token') ?? searchParams.get('ba_token')
  const response = await fetch(`${origin}${pathname}/${id}/${button}`, { method: 'POST', redirect: 'manual' })
  return response.headers.get('location')
}

export function linkOf(thing: { links: { rel: string; href: string }[] }, rel: string): string {
  return thing.links.find((link) => link.rel === rel)!.href
}
