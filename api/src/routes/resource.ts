import { type Page, pageOf, pageQuery } from '@turnpike/contracts/page.ts'
import { type Ending, ending, id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import { sawVersion, tagVersion } from '../plugins/versions.ts'
import type { Caller } from '../services/access.ts'

type PageRequest = { cursor: string | undefined; limit: number }
type Item = { id: string; version?: number }

/** For lists: one site, or all of the operator's. */
export const ofSite = { siteId: id.optional().describe('one of your sites; all of them where it is left out') }

export const operatorSchema = { tags: ['operator'], security: [{ idToken: [] }] }
const ifMatch = z.looseObject({
  'if-match': z
    .string()
    .optional()
    .describe('the ETag of what you saw; 428 without it, 412 once somebody else was faster'),
})

/**
 * The addresses of one kind of thing, all alike: a list by cursor, one with its ETag, making one (201 with Location), changing or
 * ending one (If-Match). A filter or field that is not known is refused: it may be misspelt, and ignoring it would answer something
 * else than was asked. `one` and `many` name the operations.
 */
export function resource<I extends z.ZodType<Item>>(
  app: FastifyInstance,
  { path, one, many, item }: { path: string; one: string; many: string; item: I },
) {
  const parameter = `${one.charAt(0).toLowerCase()}${one.slice(1)}Id`
  const params = z.object({ [parameter]: id })
  const idOf = (request: FastifyRequest) => (request.params as Record<string, string>)[parameter]!
  type Shown = z.infer<I>

  return {
    list<Q extends z.ZodRawShape>(
      summary: string,
      query: Q,
      run: (caller: Caller, filter: z.output<z.ZodObject<Q>>, page: PageRequest) => Promise<Page<Item>>,
      listed: z.ZodType = item,
    ) {
      const querystring = z.strictObject({ ...query, ...pageQuery })
      const schema = described({ operationId: `list${many}`, summary, querystring, response: { 200: pageOf(listed) } })
      app.get(path, { schema }, (request) => {
        const { cursor, limit, ...filter } = request.query as PageRequest
        return run(callerOf(request), filter as never, { cursor, limit })
      })
    },

    /** A list by what must not be in a URL. */
    search<B extends z.ZodRawShape>(
      summary: string,
      asked: B,
      run: (caller: Caller, asked: z.output<z.ZodObject<B>>, page: PageRequest) => Promise<Page<Item>>,
      listed: z.ZodType = item,
    ) {
      const body = z
        .strictObject({ ...asked, ...pageQuery })
        .meta({ examples: [{ plate: 'XY 12', match: 'fragment' }] })
      const schema = described({ operationId: `search${many}`, summary, body, response: { 200: pageOf(listed) } })
      app.post(`${path}/search`, { schema }, (request) => {
        const { cursor, limit, ...filter } = request.body as PageRequest
        return run(callerOf(request), filter as never, { cursor, limit })
      })
    },

    show(summary: string, run: (caller: Caller, id: string) => Promise<Shown>) {
      app.get(
        `${path}/:${parameter}`,
        { schema: described({ operationId: `get${one}`, summary, params, response: { 200: item } }) },
        async (request, reply) => answer(reply, await run(callerOf(request), idOf(request))),
      )
    },

    create<B extends z.ZodType, A extends z.ZodType<Item>>(
      summary: string,
      body: B,
      made: A,
      run: (caller: Caller, body: z.output<B>) => Promise<z.infer<A>>,
    ) {
      app.post(
        path,
        { schema: described({ operationId: `create${one}`, summary, body, response: { 201: made } }) },
        async (request, reply) => {
          const stored = await run(callerOf(request), request.body as z.output<B>)
          return answer(reply.code(201).header('location', `${path}/${stored.id}`), stored)
        },
      )
    },

    change<B extends z.ZodType>(
      summary: string,
      body: B,
      run: (caller: Caller, id: string, saw: number, body: z.output<B>) => Promise<Shown>,
    ) {
      app.patch(
        `${path}/:${parameter}`,
        {
          schema: described({
            operationId: `change${one}`,
            summary,
            params,
            headers: ifMatch,
            body,
            response: { 200: item },
          }),
        },
        async (request, reply) => {
          const saw = sawVersion(request)
          return answer(reply, await run(callerOf(request), idOf(request), saw, request.body as z.output<B>))
        },
      )
    },

    end(
      verb: string,
      summary: string,
      run: (caller: Caller, id: string, saw: number, reason: string | undefined) => Promise<Shown>,
    ) {
      app.delete(
        `${path}/:${parameter}`,
        {
          schema: described({
            operationId: `${verb}${one}`,
            summary,
            params,
            headers: ifMatch,
            body: ending,
            response: { 200: item },
          }),
        },
        async (request, reply) =>
          answer(reply, await run(callerOf(request), idOf(request), sawVersion(request), reasonOf(request))),
      )
    },

    /** Where the thing is a device, or has one: its keys, of which two may be live. */
    keys<A extends z.ZodType<Item>>(
      withKey: A,
      body: z.ZodType<{ changeReason?: string | undefined }>,
      add: (caller: Caller, id: string, reason: string | undefined) => Promise<z.infer<A>>,
      remove: (caller: Caller, id: string, number: number, saw: number, reason: string | undefined) => Promise<Shown>,
    ) {
      app.post(
        `${path}/:${parameter}/keys`,
        {
          schema: described({
            operationId: `add${one}Key`,
            summary: 'A second key, shown this once; both work until one is removed',
            params,
            body: body.nullish().meta({ examples: [{ changeReason: 'the lane computer was replaced' }] }),
            response: { 201: withKey },
          }),
        },
        async (request, reply) => {
          const reason = (request.body as { changeReason?: string } | null)?.changeReason
          const stored = await add(callerOf(request), idOf(request), reason)
          // A key is never shown again: what it belongs to tells its fingerprint.
          return answer(reply.code(201).header('location', `${path}/${stored.id}`), stored)
        },
      )
      app.delete(
        `${path}/:${parameter}/keys/:number`,
        {
          schema: described({
            operationId: `remove${one}Key`,
            summary: 'Shuts out one of two keys, by the number that the thing shows it under',
            params: params.extend({
              number: z.coerce.number().int().min(1).max(2).describe('as the thing lists its keys'),
            }),
            headers: ifMatch,
            body: ending,
            response: { 200: item },
          }),
        },
        async (request, reply) => {
          const { number } = request.params as { number: number }
          const saw = sawVersion(request)
          return answer(reply, await remove(callerOf(request), idOf(request), number, saw, reasonOf(request)))
        },
      )
    },
  }
}

/** Why something is ended, where that was said. */
function reasonOf(request: FastifyRequest): string | undefined {
  return (request.body as Ending)?.reason
}

function answer(reply: FastifyReply, item: Item): unknown {
  tagVersion(reply, item)
  return item
}

/** Typed as any operation's: its handler checks what it answers by the types of what it runs. */
export function described(schema: FastifySchema): FastifySchema {
  return { ...operatorSchema, ...schema }
}
