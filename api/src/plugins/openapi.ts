import type { SwaggerTransformObject } from '@fastify/swagger'
import { problem } from '@turnpike/contracts/problem.ts'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Operation, problemResponses, problemsOf } from './openapi-problems.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** What a body is that the route reads itself, by content type. Other bodies say so by their schema. */
    takes?: Record<string, z.ZodType>
  }
}

/** The OpenAPI document: what is said of the whole. */
export const openapi = {
  openapi: '3.1.0',
  info: {
    title: 'Turnpike',
    version: '0.1.0',
    description: [
      'Parking barrier control.',
      'Errors are problem+json (RFC 9457) with a `code` of a closed list. Lists are `{items, nextCursor}`, newest first: hand `nextCursor` back as `cursor` until it is null; what happens meanwhile repeats and hides nothing.',
      'A filter or field that is not known is refused. A single thing has an ETag, and a change of it needs If-Match. Why something is changed or ended can be said in the body, for the audit trail.',
      'Times are RFC 3339, in UTC on the way out; ranges are half-open; money is an integer in minor units of its currency.',
    ].join('\n\n'),
  },
  servers: [{ url: '/', description: 'where this document comes from' }],
  tags: [
    { name: 'operator', description: 'People who run car parks, and their tools' },
    { name: 'camera', description: 'What reads plates' },
    { name: 'gate controller', description: 'What moves a barrier' },
    { name: 'driver', description: 'Drivers, who have no account' },
    { name: 'internal', description: 'Cloud Functions' },
    { name: 'platform', description: 'What keeps the process running' },
  ],
  components: {
    schemas: { Problem: withoutDialect(z.toJSONSchema(problem, { target: 'draft-2020-12' })) },
    responses: problemResponses,
    securitySchemes: {
      deviceKey: { type: 'http' as const, scheme: 'bearer', description: 'The key of a camera or gate controller' },
      deviceBasic: { type: 'http' as const, scheme: 'basic', description: 'The key as the password' },
      deviceDigest: {
        type: 'http' as const,
        scheme: 'digest',
        description: 'User `turnpike`, the key as the password',
      },
      holderToken: { type: 'http' as const, scheme: 'bearer', description: 'The token of a mailed link' },
      idToken: { type: 'http' as const, scheme: 'bearer', description: 'A Firebase ID token' },
      functionToken: { type: 'http' as const, scheme: 'bearer', description: 'The signed token of a Cloud Function' },
    },
  },
}

type Transform = typeof jsonSchemaTransform
type Schema = Record<string, unknown> & { response?: Record<string, Response> }
type Response = { content?: unknown; description?: string; headers?: unknown }

/** One operation: Zod schemas as JSON schemas, a name that generated clients can use, and the headers of its answer. */
export const transform: Transform = (route) => {
  const { schema, url } = jsonSchemaTransform(route)
  const own = schema as Schema
  if (own === undefined || own.hide === true) return { schema, url }
  const { method } = (route as unknown as { route: { method: string | string[] } }).route
  const verb = [method].flat().find((m) => m !== 'HEAD') ?? 'GET'
  const { takes, ...said } = own
  return {
    schema: {
      ...said,
      ...(own.headers === undefined ? {} : { headers: { ...own.headers, required: ['if-match'] } }),
      ...(takes === undefined ? {} : { body: { content: jsonSchemas(takes as Record<string, z.ZodType>) } }),
      // OpenAPI knows no parameter that spans slashes: it is named, and its description says so.
      ...(url.includes('*') ? { params: renamed(own.params as Params) } : {}),
      security: own.security ?? [],
      operationId: own.operationId ?? operationId(verb, url),
      response: answers(own),
    } as never,
    url: url.replace('*', `:${rest}`),
  }
}

/** The whole once more: every operation's problems, and which bodies may be left out. */
export const complete: SwaggerTransformObject = (document) => {
  if (!('openapiObject' in document)) throw new TypeError('this describes itself by OpenAPI 3')
  const { openapiObject } = document
  const paths = openapiObject.paths as Record<string, Record<string, Operation>>
  for (const [path, operations] of Object.entries(paths))
    for (const operation of Object.values(operations)) {
      Object.assign(operation.responses, problemsOf(path, operation))
      for (const { schema } of Object.values(operation.requestBody?.content ?? {}))
        if (schema?.anyOf?.some(({ type }) => type === 'null')) operation.requestBody!.required = false
    }
  return openapiObject
}

function answers(schema: Schema): Record<string, unknown> {
  const responses = Object.entries(schema.response ?? { 200: { type: 'null' } as Response })
  return Object.fromEntries(
    responses.map(([status, said]) => {
      const content = said.content ?? { 'application/json': { schema: said } }
      const headers = answerHeaders(schema, status)
      const description = said.description ?? schema.summary
      return [status, 'type' in said && said.type === 'null' ? said : { description, headers, content }]
    }),
  )
}

const requestIdHeader = { type: 'string', description: 'names this request in our logs and the audit trail' }
const etag = { type: 'string', description: 'the version shown, for If-Match' }
const location = { type: 'string', description: 'where what was made is' }

function answerHeaders({ security, params }: Schema, status: string) {
  const single = JSON.stringify(security ?? []).includes('idToken') && (params !== undefined || status === '201')
  return {
    'x-request-id': requestIdHeader,
    ...(single ? { etag } : {}),
    ...(status === '201' ? { location } : {}),
  }
}

const rest = 'rest'
type Params = { properties: Record<string, unknown>; required?: string[] }

function renamed({ properties, required = [], ...params }: Params) {
  const name = (key: string) => (key === '*' ? rest : key)
  return {
    ...params,
    properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [name(key), value])),
    required: required.map(name),
  }
}

function jsonSchemas(byType: Record<string, z.ZodType>) {
  return Object.fromEntries(
    Object.entries(byType).map(([type, schema]) => [
      type,
      { schema: withoutDialect(z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' })) },
    ]),
  )
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
