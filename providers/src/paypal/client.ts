import { z } from 'zod'
import { ProviderRefused, ProviderUnavailable } from '../errors.ts'
import type { PaypalEnvironment } from './trust.ts'

/** `apiUrl`: another server that speaks PayPal's API, for development; never beside live money. */
export type PaypalConfig = {
  environment: PaypalEnvironment
  clientId: string
  clientSecret: string
  apiUrl?: string | undefined
}

export type Call = {
  query?: Record<string, string>
  body?: unknown
  /** `PayPal-Request-Id`: the same id with the same request takes effect once: of a refund for 45 days, of an order for 6 hours. */
  requestId?: string
}

/** `undefined` where PayPal answers without a body. */
export type PaypalClient = (method: 'GET' | 'POST' | 'PATCH', path: string, call?: Call) => Promise<unknown>

/** The driver looks at a spinner meanwhile: two tries of 4 s, then the page says that paying does not work right now. */
const timeoutMs = 4000
/** A token is given back before it runs out under way. */
const tokenMarginMs = 60_000

const addresses = { live: 'https://api-m.paypal.com', sandbox: 'https://api-m.sandbox.paypal.com' }

/** A client of PayPal's REST API. @throws Error naming what is missing or wrong in the configuration */
export function paypalClient({ environment, clientId, clientSecret, apiUrl }: PaypalConfig): PaypalClient {
  if (clientId.trim() === '' || clientSecret.trim() === '')
    throw new Error('PayPal needs a client id and secret: make an app at https://developer.paypal.com/dashboard')
  if (environment === 'live' && apiUrl !== undefined)
    throw new Error('live money goes to PayPal, not to another address')
  const base = (apiUrl === undefined ? addresses[environment] : new URL(apiUrl).href).replace(/\/+$/, '')
  const token = tokenOf(base, `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`)

  async function call(method: string, path: string, { query, body, requestId }: Call): Promise<Answer> {
    const url = `${base}${path}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`
    const headers: Record<string, string> = { authorization: `Bearer ${await token.get()}`, accept: 'application/json' }
    if (requestId !== undefined) headers['paypal-request-id'] = requestId
    if (requestId !== undefined) headers.prefer = 'return=representation'
    if (body !== undefined) headers['content-type'] = 'application/json'
    return send(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }

  return async (method, path, options = {}) => {
    const first = await call(method, path, options).catch(failed)
    const mayRepeat = method === 'GET' || options.requestId !== undefined
    if (first.status === 401) token.drop()
    const isLost = first.status === 0 || first.status >= 500 || first.status === 429
    const answer =
      first.status === 401 || (isLost && mayRepeat) ? await call(method, path, options).catch(failed) : first
    return readAnswer(answer)
  }
}

type Answer = { status: number; text: string; cause?: unknown }

/** An answer that never came has status 0. */
function failed(cause: unknown): Answer {
  if (cause instanceof ProviderUnavailable) return { status: 0, text: cause.message, cause }
  return { status: 0, text: 'no answer', cause }
}

async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  return { status: response.status, text: await response.text() }
}

const problem = z.object({
  name: z.string().catch('refused'),
  details: z
    .array(z.object({ issue: z.string() }))
    .optional()
    .catch(undefined),
})

/**
 * PayPal's own words may quote what it was sent, so only its codes go on. 409: our earlier request of the same id is not done yet
 * (https://developer.paypal.com/docs/api/payments/v2/#captures_refund), so what came of it is to be asked again.
 */
function readAnswer({ status, text, cause }: Answer): unknown {
  if (status >= 200 && status < 300) return text === '' ? undefined : readJson(text, status)
  if (status === 0) throw new ProviderUnavailable(`PayPal cannot be reached: ${text}`, { cause })
  if (status < 400 || status >= 500 || [401, 403, 408, 409, 429].includes(status))
    throw new ProviderUnavailable(`PayPal answered ${status}`)
  const refused = problem.safeParse(jsonOf(text)).data
  const code = refused?.details?.[0]?.issue ?? refused?.name ?? 'refused'
  throw new ProviderRefused(status === 404 ? notFound : code, `PayPal refused with ${status}: ${code}`)
}

/** The code of every 404. */
const notFound = 'RESOURCE_NOT_FOUND'

/** What the call answers, but undefined where PayPal has no such thing. */
export async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ProviderRefused && error.code === notFound) return undefined
    throw error
  }
}

function readJson(text: string, status: number): unknown {
  const body = jsonOf(text)
  if (body === undefined) throw new ProviderUnavailable(`PayPal answered ${status} without JSON`)
  return body
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() })

/** One token for all calls until it runs out; calls that need a new one at once wait for the same. */
function tokenOf(base: string, authorization: string) {
  let current: { token: Promise<string>; until: number } | undefined
  async function fetchToken(): Promise<string> {
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
    const init = { method: 'POST', headers, body: 'grant_type=client_credentials' }
    const { status, text } = await send(`${base}/v1/oauth2/token`, init)
    const answer = tokenAnswer.safeParse(jsonOf(text))
    if (status !== 200 || !answer.success) throw new ProviderUnavailable(`PayPal gave no token: ${status}`)
    if (current !== undefined) current.until = performance.now() + answer.data.expires_in * 1000 - tokenMarginMs
    return answer.data.access_token
  }
  return {
    get(): Promise<string> {
      if (current !== undefined && performance.now() < current.until) return current.token
      const token = fetchToken()
      const mine = { token, until: Number.POSITIVE_INFINITY }
      current = mine
      token.catch(() => {
        if (current === mine) current = undefined
      })
      return token
    },
    drop(): void {
      current = undefined
    },
  }
}
