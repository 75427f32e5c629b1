import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import helmet from 'helmet'

/**
 * Every answer carries the headers that helmet recommends. They are the same for all, so they are made once: helmet would put its policy
 * together anew for each, which a camera's answer has no time for. Its plugin would give each reply a function of its own besides, which
 * V8 makes among old objects: all that a request holds then outlived two collections of young ones, and gates waited for that.
 */
export async function securityHeaders(app: FastifyInstance) {
  const headers = recommended()
  app.addHook('onRequest', async (_request, reply) => {
    for (const [name, value] of headers) reply.raw.setHeader(name, value)
  })
}

function recommended(): [name: string, value: string][] {
  const made: [string, string][] = []
  const answer = {
    setHeader: (name: string, value: string) => made.push([name, value]),
    removeHeader: () => {},
  }
  const contentSecurityPolicy = { directives: { 'upgrade-insecure-requests': null } }
  helmet({ contentSecurityPolicy })({} as IncomingMessage, answer as unknown as ServerResponse, (error) => {
    if (error) throw error
  })
  return made
}
