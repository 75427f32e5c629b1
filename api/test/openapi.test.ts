import { createConfig, lintFromString } from '@redocly/openapi-core'
import { newBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import { newOperator } from '@turnpike/contracts/operator.ts'
import { plateErasure, platesRequest } from '@turnpike/contracts/plate.ts'
import { cameraClock, newCamera, newGate, newSite } from '@turnpike/contracts/site.ts'
import { newPlan, newSubscription } from '@turnpike/contracts/subscription.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'
import { routesOf } from './routes-of.ts'

type Schema = { $ref?: string; properties?: object }
type Content = Record<string, { schema?: Schema; example?: unknown; examples?: unknown }>
type Response = { $ref?: string; description: string; content?: Content; headers?: object }
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  security?: Record<string, unknown>[]
  parameters?: { in: string; name: string; required: boolean; description?: string; schema: Schema }[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, Response>
}

let park: CarPark
let document: {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  tags: { name: string }[]
  components: {
    schemas: Record<string, Schema & { required: string[] }>
    responses: Record<string, Response>
    securitySchemes: object
  }
}
let operations: [name: string, operation: Operation][]
beforeAll(async () => {
  park = await openCarPark()
  document = (await park.app.inject('/openapi.json')).json()
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )
})
afterAll(() => park.close())

test('the document is valid OpenAPI 3.1, and everything in it leads somewhere', async () => {
  expect(document.openapi).toBe('3.1.0')
  const config = await createConfig({
    extends: ['recommended-strict'],
    // There is no licence to name, and the platform's questions have no wrong way to be asked.
    rules: { 'info-license': 'off', 'operation-4xx-response': 'off', 'no-invalid-media-type-examples': 'error' },
  })
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config })
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([])
})

const addressesOf = (app: CarPark['app']) =>
  routesOf(app)
    .filter((route) => !/ \/(docs|openapi)/.test(route))
    .map((route) => route.replaceAll(/:(\w+)/g, '{$1}').replace(/\/?\*/, '/{rest}'))
    .sort()

test('the document names every address that the app answers, and no other', () => {
  expect(operations.map(([name]) => name).sort()).toEqual(addressesOf(park.app))
})

test('where providers tell the core itself, their addresses are in the document, too', async () => {
  const alone = await openCarPark({ webhooks: {} })
  try {
    const { paths } = (await alone.app.inject('/openapi.json')).json()
    const named = Object.entries(paths as typeof document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(named.sort()).toEqual(addressesOf(alone.app))
    expect(named).toEqual(expect.arrayContaining(['POST /webhooks/stripe', 'POST /webhooks/paypal']))
  } finally {
    await alone.close()
  }
})

test('every operation has a name of its own, a summary and a tag', () => {
  const ids = operations.map(([, operation]) => operation.operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(
    expect.arrayContaining(['listGates', 'createSubscription', 'removeCameraKey', 'endBlacklistEntry']),
  )
  for (const [name, { operationId, summary, tags }] of operations) {
    expect(operationId, name).toMatch(/^[a-z][A-Za-z]+$/)
    expect(summary, name).toMatch(/\S{3}/)
    expect(document.tags, name).toContainEqual({ name: tags[0], description: expect.any(String) })
    expect(tags, name).toHaveLength(1)
  }
})

test('every parameter is described, and every body has an example', () => {
  for (const [name, { parameters = [], requestBody }] of operations) {
    for (const { name: parameter, description } of parameters)
      expect(description, `${name} ${parameter}`).toMatch(/\S{2}/)
    if (requestBody?.content['application/json'])
      expect(requestBody.content['application/json'].example, name).toBeDefined()
  }
})

test('every operation that operators call says what it takes, answers and refuses with', () => {
  const own = operations.filter(([, { tags }]) => tags[0] === 'operator')
  expect(own.length).toBeGreaterThan(45)
  for (const [name, operation] of own) {
    const { responses, requestBody, parameters = [], security } = operation
    expect(security, name).toEqual([{ idToken: [] }])
    for (const status of ['400', '401', '403', '500', '503'])
      expect(problemOf(responses[status])?.schema, `${name} ${status}`).toEqual({
        $ref: '#/components/schemas/Problem',
      })
    const [good] = Object.keys(responses).filter((status) => status.startsWith('2'))
    expect(responses[good!]?.description, name).toMatch(/\S{3}/)
    expect(Object.keys(responses[good!]!.headers!), name).toEqual(
      expect.arrayContaining(['x-request-id', ...(good === '201' ? ['location', 'etag'] : [])]),
    )
    if (name !== 'GET /v1/live')
      expect(responses[good!]?.content?.['application/json']?.schema?.properties, name).toBeDefined()
    if (/^(POST|PATCH|DELETE)/.test(name)) expect(requestBody?.content['application/json']?.schema, name).toBeDefined()
    for (const placeholder of name.match(/(?<=\{)\w+(?=\})/g) ?? [])
      expect(
        parameters.find((parameter) => parameter.name === placeholder),
        name,
      ).toMatchObject({ in: 'path', required: true })
    const ifMatch = parameters.find((parameter) => parameter.name === 'if-match')
    expect(ifMatch?.required ?? false, name).toBe(/^(PATCH|DELETE)/.test(name))
    if (ifMatch) expect(Object.keys(responses), name).toEqual(expect.arrayContaining(['409', '412', '428']))
  }
})

const problemOf = (response: Response | undefined) =>
  document.components.responses[response?.$ref?.split('/').at(-1) ?? '']?.content?.['application/problem+json']

test('a body that may be left out is said to be one', () => {
  for (const [name, { requestBody }] of operations)
    if (requestBody) expect(requestBody.required, name).toBe(!/^DELETE|\/keys$/.test(name))
})

test('a problem is described as it is sent', async () => {
  const sent = (await park.app.inject('/v1/sites')).json()
  const { properties, required } = document.components.schemas.Problem!
  expect(Object.keys(properties!)).toEqual(expect.arrayContaining(Object.keys(sent)))
  expect(Object.keys(sent)).toEqual(expect.arrayContaining(required))
})

test.each([
  ['/v1/sites', newSite],
  ['/v1/gates', newGate],
  ['/v1/cameras', newCamera],
  ['/v1/cameras/{cameraId}/clock', cameraClock],
  ['/v1/plans', newPlan],
  ['/v1/subscriptions', newSubscription],
  ['/v1/blacklist', newBlacklistEntry],
  ['/v1/operators', newOperator],
  ['/v1/plates', platesRequest],
  ['/v1/plates/erase', plateErasure],
])('the example for POST %s is one that can be sent', (path, body) => {
  const { example } = document.paths[path]!.post!.requestBody!.content['application/json']!
  expect(body.safeParse(example)).toMatchObject({ success: true })
})

test('the document can be browsed', async () => {
  expect((await park.app.inject('/docs')).statusCode).toBe(200)
})
