import Stripe from 'stripe'

/** `secretKey`: sk_… or, better, a restricted rk_… key. `apiUrl`: another server that speaks Stripe's API, for development. */
export type StripeConfig = { secretKey: string; apiUrl?: string | undefined }

/** The version our code was written for: an upgrade of the library that changes it does not compile until this line is reviewed. */
const apiVersion = '2026-10-28.endive'

/** The driver looks at a spinner meanwhile: two tries of 4 s, then the page says that paying does not work right now. */
const timeoutMs = 4000
const maxNetworkRetries = 1

/** A client of Stripe's API. @throws Error when the key is blank or `apiUrl` is not a URL */
export function stripeClient({ secretKey, apiUrl }: StripeConfig): Stripe {
  if (secretKey.trim() === '')
    throw new Error('Stripe needs a secret key: make one at https://dashboard.stripe.com/apikeys')
  return new Stripe(secretKey, {
    apiVersion,
    timeout: timeoutMs,
    maxNetworkRetries,
    telemetry: false,
    ...address(apiUrl),
  })
}

function address(apiUrl: string | undefined): Pick<Stripe.StripeConfig, 'protocol' | 'host' | 'port'> {
  if (apiUrl === undefined) return {}
  const { protocol, hostname, port } = new URL(apiUrl)
  const secure = protocol === 'https:'
  return { protocol: secure ? 'https' : 'http', host: hostname, port: port === '' ? (secure ? 443 : 80) : port }
}
