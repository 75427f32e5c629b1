import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/**
 * Every answer carries the headers that helmet recommends. They are the same for all, so they are made for the first one only:
 * helmet would put its policy together anew for each, which a camera's answer has no time for.
 */
export async function securityHeaders(app: FastifyInstance) {
  const contentSecurityPolicy = { directives: { 'upgrade-insecure-requests': null } }
  await app.register(helmet, { global: false, contentSecurityPolicy })
  let made: [name: string, value: string][] | undefined
  app.addHook('onRequest', async (_request, reply) => {
    if (made === undefined) {
      await reply.helmet()
      made = Object.entries(reply.raw.getHeaders()).map(([name, value]) => [name, String(value)])
    } else for (const [name, value] of made) reply.raw.setHeader(name, value)
  })
}
