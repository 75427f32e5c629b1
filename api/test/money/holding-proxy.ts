import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Hold = { what: 'request' | 'answer'; path: RegExp; reached: () => void; left: () => void; released: Promise<void> }

/**
 * An HTTP proxy between two processes that can hold one of them up: its request before the other sees it, or the answer before it
 * comes back. What was held when its sender was killed goes nowhere any more.
 */
export async function startHoldingProxy(target: string) {
  let hold: Hold | undefined
  const state = { target }
  /** What went on to the target, in order. */
  const seen: string[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const path = request.url!
    const held = hold?.path.test(`${request.method} ${path}`) ? hold : undefined
    const wait = async (what: Hold['what']) => {
      if (held?.what !== what) return
      response.once('close', held.left)
      held.reached()
      await held.released
    }
    await wait('request')
    if (response.destroyed) return
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers
    try {
      seen.push(`${request.method} ${path}`)
      const answer = await fetch(`${state.target}${path}`, {
        method: request.method!,
        headers: headers as Record<string, string>,
        ...(body.length > 0 ? { body } : {}),
      })
      const answered = Buffer.from(await answer.arrayBuffer())
      await wait('answer')
      const type = answer.headers.get('content-type')
      response.writeHead(answer.status, type === null ? {} : { 'content-type': type }).end(answered)
    } catch {
      response.destroy()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    seen,
    /** Holds up what matches `METHOD /path` from now on. `reached` resolves once something is held, `left` once its sender is gone; `release` ends the hold. */
    hold(what: Hold['what'], path: RegExp) {
      const { promise: reached, resolve: reach } = Promise.withResolvers<void>()
      const { promise: released, resolve: open } = Promise.withResolvers<void>()
      const { promise: left, resolve: leave } = Promise.withResolvers<void>()
      hold = { what, path, reached: reach, left: leave, released }
      const release = () => {
        hold = undefined
        open()
      }
      return { reached, left, release }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

export type HoldingProxy = Awaited<ReturnType<typeof startHoldingProxy>>
