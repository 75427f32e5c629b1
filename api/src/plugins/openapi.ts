import { problem } from '@turnpike/contracts/problem.ts'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'

type Transform = typeof jsonSchemaTransform
type Schema = Record<string, unknown> & { response?: Record<string, unknown> }

/** The OpenAPI document: what is said of the whole, and what every operation has without each saying so. */
export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Turnpike',
    version: '0.1.0',
    description:
      'Parking barrier control. Errors are problem+json (RFC 9457); lists are {items, nextCursor}, newest first; a single thing has an ETag, and a change of it needs If-Match.',
  },
  components: {
    schemas: { Problem: withoutDialect(z.toJSONSchema(problem, { target: 'draft-2020-12' })) },
    securitySchemes: {
      deviceKey: { type: 'http' as const, scheme: 'bearer', description: 'The key of a camera or gate controller' },
      deviceBasic: { type: 'http' as const, scheme: 'basic', description: 'The key as the password' },
      deviceDigest: {
        type: 'http' as const,
        scheme: 'digest',
        description: 'User `turnpike`, the key as the password',
      },
      idToken: { type: 'http' as const, scheme: 'bearer', description: 'A Firebase ID token' },
      functionToken: { type: 'http' as const, scheme: 'bearer', description: 'The signed token of a Cloud Function' },
    },
  },
}

/** Zod schemas as JSON schemas, with the problems that the operation can answer and a name that generated clients can use. */
export const transform: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route)
  const own = schema as Schema
  if (own === undefined || own.hide === true) return { schema, url }
  const { method } = (route as unknown as { route: { method: string | string[] } }).route
  const verb = [method].flat().find((m) => m !== 'HEAD') ?? 'GET'
  return {
    schema: {
      ...own,
      ...(own.headers === undefined ? {} : { headers: { ...own.headers, required: ['if-match'] } }),
      operationId: own.operationId ?? operationId(verb, url),
      response: { ...(own.response ?? { 200: { description: 'Default Response' } }), ...problems(own) },
    } as never,
    url,
  }
}

const meanings: Record<number, string> = {
  400: 'The request is not valid: `issues` says where',
  401: 'Who you are could not be established',
  403: 'Your role does not reach',
  404: 'There is no such thing, or not at a site of yours',
  409: 'This contradicts what is there',
  412: 'It was changed since you saw it',
  428: 'If-Match is missing',
  429: 'Too many requests; Retry-After says how long to wait',
  503: 'Not available now: try again in a moment',
}

function problems(schema: Schema): Record<string, unknown> {
  const statuses = [400, 503]
  const isOperators = JSON.stringify(schema.security ?? []).includes('idToken')
  if (schema.security !== undefined) statuses.push(401)
  if (isOperators) statuses.push(403)
  if (schema.params !== undefined || schema.querystring !== undefined || schema.body !== undefined) statuses.push(404)
  if (schema.body !== undefined || schema.headers !== undefined) statuses.push(409)
  if (schema.headers !== undefined) statuses.push(412, 428)
  if (!isOperators) statuses.push(429)
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  return Object.fromEntries(statuses.map((status) => [status, { description: meanings[status], content }]))
}

/** POST /v1/cameras/:cameraId/events → postCamerasEvents. */
function operationId(method: string, url: string): string {
  const words = url.split(/[/.]/).filter((part) => part !== '' && part !== 'v1' && !part.startsWith(':'))
  const named = words.map((word) =>
    word === '*'
      ? 'Below'
      : word
          .split('-')
          .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
          .join(''),
  )
  return method.toLowerCase() + named.join('')
}

function withoutDialect({ $schema: _, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema
}
