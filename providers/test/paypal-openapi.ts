import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js'
import type { Received, Reply } from './http-server.ts'

/* PayPal's public description of its API, where the folder with it is there: what our code sends, and what the tests answer, has to fit. */

type Schema = Record<string, unknown>
type Parameter = { $ref?: string; name: string; in: string; required?: boolean; schema: Schema }
type Body = { content: Record<string, { schema: Schema }> }
type Operation = {
  parameters?: Parameter[]
  requestBody?: Body | { $ref: string }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    parameters: Record<string, Parameter>
    requestBodies?: Record<string, Body>
  }
}

const folder = join(import.meta.dirname, '../../../shared/fixtures/paypal/openapi')
const names = ['billing_subscriptions_v1', 'checkout_orders_v2', 'notifications_webhooks_v1', 'payments_payment_v2']
export const isDescribed = existsSync(folder)

/** Calls that PayPal documents on its pages and in none of these files. */
const elsewhere =
  /^(POST \/v1\/oauth2\/token|POST \/v1\/catalogs\/products|GET \/v1\/customer\/disputes\/.+|(GET|POST) \/v1\/payments\/(sale|refund)\/.+)$/

const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false })
const documents = (isDescribed ? names : []).map((name) => {
  const document = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Document
  const strict = structuredClone(document)
  for (const schema of Object.values(strict.components.schemas)) forbidUnknown(schema)
  ajv.addSchema(document, name)
  ajv.addSchema(strict, `${name}-strict`)
  return { name, document }
})

/** An unknown field in a property or an item is a misspelling of ours. `allOf` adds fields, so it is only closed around the whole. */
function forbidUnknown(schema: unknown): void {
  if (Array.isArray(schema)) for (const one of schema) forbidUnknown(one)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return
  const { properties, items } = schema as { properties?: Record<string, Schema>; items?: Schema }
  for (const inner of [...Object.values(properties ?? {}), ...(items === undefined ? [] : [items])])
    if (typeof inner === 'object' && !('additionalProperties' in inner)) inner.unevaluatedProperties = false
  for (const value of Object.values(schema)) forbidUnknown(value)
}

/** What is wrong with a request and its answer by the description, or `elsewhere` where none describes the call. */
export function complaints({ method, url, headers, body }: Received, reply: Reply): string[] | 'elsewhere' {
  for (const { name, document } of documents) {
    const found = Object.entries(document.paths).find(
      ([path, operations]) => matches(path, url.pathname) && method.toLowerCase() in operations,
    )
    if (found === undefined) continue
    const operation = found[1][method.toLowerCase()]!
    return [
      ...parameterComplaints(document, operation, url, headers),
      ...bodyComplaints(name, document, operation, body),
      ...answerComplaints(name, operation, reply),
    ].map((complaint) => `${method} ${url.pathname}: ${complaint}`)
  }
  return elsewhere.test(`${method} ${url.pathname}`) ? 'elsewhere' : [`${method} ${url.pathname}: no such call`]
}

function matches(path: string, called: string): boolean {
  return new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(called)
}

function parameterComplaints(
  document: Document,
  operation: Operation,
  url: URL,
  headers: Received['headers'],
): string[] {
  const known = (operation.parameters ?? []).map((one) =>
    one.$ref === undefined ? one : document.components.parameters[one.$ref.split('/').at(-1)!]!,
  )
  const inQuery = known.filter((one) => one.in === 'query').map(({ name }) => name)
  const inHeader = known.filter((one) => one.in === 'header').map(({ name }) => name.toLowerCase())
  const ours = ['paypal-request-id', 'prefer'].filter((name) => headers[name] !== undefined)
  const missing = known.filter(
    (one) => one.in === 'header' && one.required && headers[one.name.toLowerCase()] === undefined,
  )
  return [
    ...[...url.searchParams.keys()]
      .filter((name) => !inQuery.includes(name))
      .map((name) => `unknown parameter ${name}`),
    ...ours.filter((name) => !inHeader.includes(name)).map((name) => `unknown header ${name}`),
    ...missing.map(({ name }) => `missing header ${name}`),
  ]
}

function bodyComplaints(name: string, document: Document, { requestBody }: Operation, body: string): string[] {
  const named = requestBody !== undefined && '$ref' in requestBody
  const described = named ? document.components.requestBodies?.[requestBody.$ref.split('/').at(-1)!] : requestBody
  const schema = described?.content['application/json']?.schema
  if (schema === undefined) return body === '' ? [] : ['takes no body']
  return errorsOf(
    validator({ ...anchored(schema, `${name}-strict`), unevaluatedProperties: false }),
    body === '' ? undefined : JSON.parse(body),
  )
}

function answerComplaints(name: string, { responses }: Operation, { status, body }: Reply): string[] {
  const response = responses[status] ?? responses.default
  if (response === undefined) return [`never answers ${status}`]
  const schema = response.content?.['application/json']?.schema
  if (schema === undefined || status >= 400) return []
  return errorsOf(validator(anchored(schema, name)), body).map((complaint) => `answer: ${complaint}`)
}

const validators = new Map<string, ValidateFunction>()
function validator(schema: Schema): ValidateFunction {
  const key = JSON.stringify(schema)
  const known = validators.get(key) ?? ajv.compile(schema)
  validators.set(key, known)
  return known
}

/** The schema with its references leading into that document. */
function anchored(schema: Schema, document: string): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${document}#/`))
}

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  )
}
