import { internalToken } from '@turnpike/contracts/internal-token.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { NotConfigured, SettingsInvalid } from '@turnpike/providers/errors.ts'
import type { PaymentWebhook } from '@turnpike/providers/provider.ts'
import { providers } from '@turnpike/providers/providers.ts'
import { defineSecret, defineString } from 'firebase-functions/params'
import { type CryptoKey, importJWK, type JWK } from 'jose'

const forwardPrivateJwk = defineSecret('FORWARD_PRIVATE_JWK')
const apiUrl = defineString('API_URL', { description: 'base URL of the Turnpike API, e.g. https://api.park.example' })
const coreAudience = defineString('CORE_AUDIENCE', {
  default: '',
  description: 'for a core behind Google IAM: the audience of the identity token that is sent along, its own URL',
})

/** Where verified events go, and what proves that they come from us. */
export type Core = {
  paymentEventsUrl: URL
  key: CryptoKey
  algorithm: string
  keyId: string
  audience: string | undefined
}
export type Config = { webhook: PaymentWebhook; core: Core }

/** The endpoint of a provider: the secrets that its function has to name, and its configuration. */
export type Endpoint = { secrets: ReturnType<typeof defineSecret>[]; config: () => Promise<Config> }

/** Settings of a provider's that are no secrets may be left out; what must not be is told by its `open`. */
export function endpointOf(name: ProviderName): Endpoint {
  const { webhook } = providers[name]
  const secrets = webhook.secrets.map((secret) => defineSecret(secret))
  const values = webhook.values.map((value) => defineString(value, { default: '' }))
  let ofThisInstance: Promise<Config> | undefined
  return {
    secrets: [...secrets, forwardPrivateJwk],
    config() {
      ofThisInstance ??= read(() => {
        const settings = [...secrets, ...values].map((parameter) => [parameter.name, parameter.value()])
        return webhook.open(Object.fromEntries(settings))
      })
      return ofThisInstance
    },
  }
}

/**
 * The configuration of this instance, read at its first request.
 * @throws NotConfigured naming all that is missing or wrong: nothing that is needed has a default
 */
async function read(openWebhook: () => PaymentWebhook): Promise<Config> {
  const problems: string[] = []
  const webhook = openOr(openWebhook, problems)
  const base = apiUrl.value().trim()
  if (!URL.canParse(base)) problems.push('API_URL is missing or not a URL, e.g. https://api.park.example')
  const signer = await readKey(forwardPrivateJwk.value())
  if (typeof signer === 'string') problems.push(`FORWARD_PRIVATE_JWK ${signer}`)

  if (webhook === undefined || problems.length > 0 || typeof signer === 'string')
    throw new NotConfigured(problems.join('; '))
  const paymentEventsUrl = new URL(`${base.replace(/\/+$/, '')}/internal/payment-events`)
  return { webhook, core: { paymentEventsUrl, ...signer, audience: coreAudience.value().trim() || undefined } }
}

function openOr(openWebhook: () => PaymentWebhook, problems: string[]): PaymentWebhook | undefined {
  try {
    return openWebhook()
  } catch (error) {
    if (!(error instanceof SettingsInvalid)) throw error
    problems.push(error.message)
    return undefined
  }
}

/** The signing key, or what is wrong with it: in words of ours, as a parser's would quote the key. */
async function readKey(text: string): Promise<Pick<Core, 'key' | 'algorithm' | 'keyId'> | string> {
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
