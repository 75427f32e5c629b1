import { commandResult, gateStateReport, passageReport } from '@turnpike/contracts/gate-command.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { deviceKey } from '../plugins/credentials.ts'
import { type EventStream, startEventStream } from '../plugins/event-stream.ts'
import { authenticateController, isShutOut } from '../services/authenticate-controller.ts'
import type { Deps } from '../services/deps.ts'
import type { CommandStreams } from '../services/follow-commands.ts'
import { recordCommandResult } from '../services/record-command-result.ts'
import { recordGateState } from '../services/record-gate-state.ts'
import { recordPassage } from '../services/record-passage.ts'

const gates = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof authenticateController>>>()
const gate = z.object({ gateId: id })
const done = z.object({ stored: z.literal(true) })
const schema = { tags: ['gate controller'], security: [{ deviceKey: [] }] }

/** What the controller of a barrier hears and reports. */
export async function gateControllers(app: FastifyInstance, deps: Deps, commands: CommandStreams) {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  app.addHook(
    'onRequest',
    app.rateLimit({
      max: 100,
      timeWindow: 1_000,
      keyGenerator: (request) => `${(request.params as { gateId: string }).gateId} ${request.ip}`,
    }),
  )
  // Before anything of the request is read: who may not speak is not told what was wrong with his words.
  app.addHook('onRequest', async (request) => {
    const { gateId } = request.params as { gateId: string }
    gates.set(request, await authenticateController(deps, gateId, deviceKey(request)))
  })
  const open = new Set<EventStream>()
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end()
  })

  routes.get(
    '/v1/gates/:gateId/commands',
    {
      exposeHeadRoute: false,
      schema: {
        ...schema,
        summary: 'The commands to this barrier, as server-sent events',
        description:
          'Sends every command that is still live and then each new one. A controller that comes back gets again what it may have missed, and acts on an id once.',
        params: gate,
        response: { 200: { content: { 'text/event-stream': { schema: z.string() } } } },
      },
    },
    async (request, reply) => {
      const { id: gateId } = gates.get(request)!
      const key = deviceKey(request)!
      const since = deps.now()
      let unfollow = () => {}
      const stream = startEventStream(request, reply, ': beat\n\n', () => {
        open.delete(stream)
        unfollow()
      })
      open.add(stream)
      stream.keepUp()
      unfollow = commands.follow(gateId, (command) => {
        // A stream may last for months, longer than its key.
        if (isShutOut(deps, gateId, key, since)) stream.end()
        else stream.send({ id: command.id, data: command })
      })
      return reply
    },
  )

  routes.post(
    '/v1/gates/:gateId/commands/:commandId/result',
    {
      schema: {
        ...schema,
        summary: 'What became of a command: the first result counts',
        params: gate.extend({ commandId: id }),
        body: commandResult,
        response: { 200: done },
      },
    },
    async (request) => {
      await recordCommandResult(deps, gates.get(request)!, request.params.commandId, request.body, request.id)
      return { stored: true as const }
    },
  )

  routes.post(
    '/v1/gates/:gateId/passages',
    {
      schema: { ...schema, summary: 'What a vehicle did', params: gate, body: passageReport, response: { 200: done } },
    },
    async (request) => {
      await recordPassage(deps, gates.get(request)!, request.body, request.id)
      return { stored: true as const }
    },
  )

  routes.post(
    '/v1/gates/:gateId/state',
    {
      schema: {
        ...schema,
        summary: 'What the barrier itself reports',
        params: gate,
        body: gateStateReport,
        response: { 200: done },
      },
    },
    async (request) => {
      await recordGateState(deps, gates.get(request)!, request.body, request.id)
      return { stored: true as const }
    },
  )
}
