import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type InternalClaims, internalClaims, internalToken } from '@turnpike/contracts/internal-token.ts'
import { type PaymentEvent, paymentEvent } from '@turnpike/contracts/payment-event.ts'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, jwtVerify } from 'jose'

/** One delivery that reached the core with a token that holds for exactly its bytes. */
export type Arrival = {
  event: PaymentEvent
  claims: InternalClaims
  header: JWTHeaderParameters
  /** What Google's door would take off. */
  identity: string | string[] | undefined
}
export type Answer = (response: ServerResponse, arrival: Arrival) => void

export const applied: Answer = (response, { event }) =>
  json(response, 200, { eventId: event.eventId, result: 'applied' })

/**
 * The other side of the wire, on a free port: takes what `POST /internal/payment-events` promises to take and refuses the rest
 * with 401 or 400, as the core does. `answers` are given in turn, the last one from then on.
 */
export async function startCore(publicKey: CryptoKey, answers: Answer[] = [applied]) {
  const arrivals: Arrival[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const token = await checkToken(request, body, publicKey).catch((error: unknown) => String(error))
    if (typeof token === 'string') return json(response, 401, { detail: token })
    const event = paymentEvent.safeParse(JSON.parse(body.toString()))
    if (request.url !== '/internal/payment-events' || request.method !== 'POST' || !event.success) {
      return json(response, 400, { detail: 'not a payment event' })
    }
    const arrival = { event: event.data, ...token, identity: request.headers['x-serverless-authorization'] }
    arrivals.push(arrival)
    const answer = answers[Math.min(arrivals.length, answers.length) - 1]!
    answer(response, arrival)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function checkToken(request: IncomingMessage, body: Buffer, publicKey: CryptoKey) {
  const { payload, protectedHeader } = await jwtVerify(
    request.headers.authorization!.replace(/^Bearer /, ''),
    publicKey,
    {
      issuer: internalToken.issuer,
      audience: internalToken.audience,
      algorithms: [...internalToken.algorithms],
      maxTokenAge: internalToken.maxLifetimeSeconds,
      requiredClaims: ['jti', 'iat', 'exp'],
    },
  )
  const claims = internalClaims.parse(payload)
  if (claims.body_sha256 !== createHash('sha256').update(body).digest('hex')) throw new Error('another body')
  return { claims, header: protectedHeader }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** A key pair for one test file: the public half for the core, the private one as the function's secret. */
export async function keyPair(algorithm: 'EdDSA' | 'ES256' = 'EdDSA') {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const privateJwk = { ...(await exportJWK(privateKey)), kid: 'key-of-this-test', alg: algorithm }
  return { publicKey, privateJwk }
}
