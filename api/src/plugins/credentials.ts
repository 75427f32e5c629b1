import type { FastifyRequest } from 'fastify'
import type { CameraCredentials } from '../services/authenticate-camera.ts'
import { readDigest } from './digest-header.ts'

/** The Bearer token of a request, if it has one. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return tokenIn(request.headers.authorization)
}

/** What is shown where Google's door looks first: the `authorization` beside it is for whoever stands behind that. */
export function identityToken(request: FastifyRequest): string | undefined {
  return tokenIn(request.headers['x-serverless-authorization'])
}

function tokenIn(header: string | string[] | undefined): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(String(header ?? ''))?.[1]
}

/** A device's key: the Bearer token, or the password of Basic (the user name does not matter). */
export function deviceKey(request: FastifyRequest): string | undefined {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) return bearerToken(request)
  const pair = Buffer.from(basic, 'base64').toString('utf8')
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined
}

/** How a camera says who it is: a key in the path, Bearer, Basic, or the answer to a Digest challenge. */
export function cameraCredentials(request: FastifyRequest): CameraCredentials | undefined {
  const { key: keyInPath } = request.params as { key?: string }
  const key = keyInPath ?? deviceKey(request)
  if (key !== undefined) return { kind: 'key', key }
  const answer = readDigest(request.headers.authorization)
  // Otherwise an answer that was overheard for one address could be sent to another.
  if (answer === undefined || pathOf(answer.uri) !== pathOf(request.url)) return undefined
  return { kind: 'digest', method: request.method, answer }
}

/** Clients send the path or the whole address. */
function pathOf(uri: string): string {
  return uri.replace(/^https?:\/\/[^/]+/i, '').replace(/[?#].*$/s, '')
}
