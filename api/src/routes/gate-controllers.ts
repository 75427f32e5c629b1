import { commandResult, gateStateReport, passageReport } from '@turnpike/contracts/gate-command.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { deviceKey } from '../plugins/credentials.ts'
import { type EventStream, startEventStream } from '../plugins/event-stream.ts'
import { authenticateController } from '../services/authenticate-controller.ts'
import type { Deps } from '../services/deps.ts'
import type { CommandStreams } from '../services/follow-commands.ts'
import { recordCommandResult } from '../services/record-command-result.ts'
import { recordGateState } from '../services/record-gate-state.ts'
import { recordPassage } from '../services/record-passage.ts'

const gate = z.object({ gateId: id })
const done = z.object({ stored: z.literal(true) })
const schema = { tags: ['gate controller'], security: [{ deviceKey: [] }] }

/** What the controller of a barrier hears and reports. */
export async function gateControllers(app: FastifyInstance, deps: Deps, commands: CommandStreams) {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const open = new Set<EventStream>()
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end()
  })

  routes.get(
    '/v1/gates/:gateId/commands',
    {
      schema: {
        ...schema,
        summary: 'The commands to this barrier, as server-sent events',
        description:
          'Sends every command that is still live and then each new one. A controller that comes back gets again what it may have missed, and acts on an id once.',
        params: gate,
      },
    },
    async (request, reply) => {
      const { id: gateId } = await authenticateController(deps, request.params.gateId, deviceKey(request))
      let unfollow = () => {}
      const stream = startEventStream(request, reply, ': beat\n\n', () => {
        open.delete(stream)
        unfollow()
      })
      open.add(stream)
      unfollow = commands.follow(gateId, (command) => stream.send({ id: command.id, data: command }))
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
      const { gateId, commandId } = request.params
      const known = await authenticateController(deps, gateId, deviceKey(request))
      await recordCommandResult(deps, known, commandId, request.body, request.id)
      return { stored: true as const }
    },
  )

  routes.post(
    '/v1/gates/:gateId/passages',
    {
      schema: { ...schema, summary: 'What a vehicle did', params: gate, body: passageReport, response: { 200: done } },
    },
    async (request) => {
      const known = await authenticateController(deps, request.params.gateId, deviceKey(request))
      await recordPassage(deps, known, request.body, request.id)
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
      const known = await authenticateController(deps, request.params.gateId, deviceKey(request))
      await recordGateState(deps, known, request.body, request.id)
      return { stored: true as const }
    },
  )
}
