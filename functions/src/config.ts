import { internalToken } from '@turnpike/contracts/internal-token.ts'
import { defineSecret, defineString } from 'firebase-functions/params'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { NotConfigured } from './errors.ts'

const stripeWebhookSecret = defineSecret('STRIPE_WEBHOOK_SECRET')
const forwardPrivateJwk = defineSecret('FORWARD_PRIVATE_JWK')
const apiUrl = defineString('API_URL', { description: 'base URL of the Turnpike API, e.g. https://api.park.example' })

/** The secrets that a function has to name in order to read its configuration. */
export const secrets = [stripeWebhookSecret, forwardPrivateJwk]

/** Where verified events go, and the key that proves they come from us. */
export type Core = { paymentEventsUrl: URL; key: CryptoKey; algorithm: string; keyId: string }
export type Config = { stripeWebhookSecret: string; core: Core }

let ofThisInstance: Promise<Config> | undefined

/**
 * The configuration of this instance, read at its first request.
 * @throws NotConfigured naming all that is missing or wrong: there are no defaults
 */
export function config(): Promise<Config> {
  ofThisInstance ??= read()
  return ofThisInstance
}

async function read(): Promise<Config> {
  const problems: string[] = []
  // A secret stored with `echo` ends in a newline, and would fail every signature.
  const secret = stripeWebhookSecret.value().trim()
  if (secret === '')
    problems.push('STRIPE_WEBHOOK_SECRET is missing: copy it from the endpoint in Stripe, it starts with whsec_')

  const base = apiUrl.value().trim()
  if (!URL.canParse(base)) problems.push('API_URL is missing or not a URL, e.g. https://api.park.example')

  const signer = await readKey(forwardPrivateJwk.value())
  if (typeof signer === 'string') problems.push(`FORWARD_PRIVATE_JWK ${signer}`)

  if (problems.length > 0 || typeof signer === 'string') throw new NotConfigured(problems.join('; '))
  const paymentEventsUrl = new URL(`${base.replace(/\/+$/, '')}/internal/payment-events`)
  return { stripeWebhookSecret: secret, core: { paymentEventsUrl, ...signer } }
}

/** The signing key, or what is wrong with it: in words of ours, as a parser's would quote the key. */
async function readKey(text: string): Promise<Omit<Core, 'paymentEventsUrl'> | string> {
  if (text.trim() === '') return 'is missing: make a key pair and give the core its public half'
  try {
    const jwk = JSON.parse(text) as JWK
    const algorithm = internalToken.algorithms.find((known) => known === jwk.alg)
    if (algorithm === undefined) return `has an alg other than ${internalToken.algorithms.join(' or ')}`
    if (typeof jwk.kid !== 'string' || jwk.kid === '') return 'has no kid'
    if (typeof jwk.d !== 'string') return 'is a public key: the private one belongs here'
    const key = await importJWK(jwk, algorithm)
    if (key instanceof Uint8Array) return 'is a shared secret: a key pair is needed'
    return { key, algorithm, keyId: jwk.kid }
  } catch {
    return 'is not a private JWK in JSON'
  }
}
