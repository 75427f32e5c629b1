import { newBlacklistEntry } from '@turnpike/contracts/blacklist.ts'
import { newOperator } from '@turnpike/contracts/operator.ts'
import { plateErasure, platesRequest } from '@turnpike/contracts/plate.ts'
import { cameraClock, newCamera, newGate, newSite } from '@turnpike/contracts/site.ts'
import { newPlan, newSubscription } from '@turnpike/contracts/subscription.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'
import { routesOf } from './routes-of.ts'

type Schema = { $ref?: string; properties?: object }
type Content = Record<string, { schema?: Schema; example?: unknown }>
type Operation = {
  operationId: string
  summary: string
  tags: string[]
  security?: Record<string, unknown>[]
  parameters?: { in: string; name: string; required: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

let park: CarPark
let document: {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema & { required: string[] }>; securitySchemes: object }
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

const addresses = () =>
  routesOf(park.app)
    .filter((route) => !/ \/(docs|openapi)/.test(route))
    .map((route) => route.replaceAll(/:(\w+)/g, '{$1}').replaceAll('*', '{*}'))

test('the document names every address that the app answers, and no other', () => {
  expect(document.openapi).toBe('3.1.0')
  const named = operations.map(([name]) =>
    name.replace(/\{wildcard\}|\{\*\}|\*/g, '{*}').replace(/([^/])\{\*\}/, '$1/{*}'),
  )
  expect(named.sort()).toEqual(
    addresses()
      .map((address) => address.replace(/([^/])\{\*\}/, '$1/{*}'))
      .sort(),
  )
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
    expect(tags, name).toHaveLength(1)
  }
})

test('every operation that operators call says what it takes, answers and refuses with', () => {
  const own = operations.filter(([, { tags }]) => tags[0] === 'operator')
  expect(own.length).toBeGreaterThan(45)
  for (const [name, operation] of own) {
    const { responses, requestBody, parameters = [], security } = operation
    expect(security, name).toEqual([{ idToken: [] }])
    for (const status of ['400', '401', '403', '503'])
      expect(responses[status]?.content?.['application/problem+json']?.schema, `${name} ${status}`).toEqual({
        $ref: '#/components/schemas/Problem',
      })
    const [good] = Object.keys(responses).filter((status) => status.startsWith('2'))
    if (name !== 'GET /v1/live')
      expect(responses[good!]?.content?.['application/json']?.schema?.properties, name).toBeDefined()
    if (/^(POST|PATCH)/.test(name)) expect(requestBody?.content['application/json']?.schema, name).toBeDefined()
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
