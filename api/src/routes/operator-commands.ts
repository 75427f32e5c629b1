import { type CommandItem, commandItem, commandRequest } from '@turnpike/contracts/gate-command.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf, operatorOf } from '../plugins/operator-auth.ts'
import { tagVersion } from '../plugins/versions.ts'
import { commandGate } from '../services/command-gate.ts'
import type { Deps } from '../services/deps.ts'
import { showCommand } from '../services/show-record.ts'
import { operatorSchema } from './resource.ts'

const gate = z.object({ gateId: id })

/** How operators steer a barrier. */
export async function operatorCommands(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.post(
    '/v1/gates/:gateId/commands',
    {
      schema: {
        ...operatorSchema,
        operationId: 'commandGate',
        summary: 'Opens, holds open, blocks or releases a barrier, for a reason',
        params: gate,
        body: commandRequest,
        response: { 201: commandItem },
      },
    },
    async (request, reply) => {
      const { gateId } = request.params
      const command = await commandGate(deps, operatorOf(request), gateId, request.body, request.id)
      return answer(reply.code(201).header('location', `/v1/gates/${gateId}/commands/${command.id}`), command)
    },
  )
  routes.get(
    '/v1/gates/:gateId/commands/:commandId',
    {
      schema: {
        ...operatorSchema,
        operationId: 'getCommand',
        summary: 'One command, and what the barrier reported of it',
        description:
          '`outcome` is null until the controller has answered; after 15 s without an answer it is `unknown`.',
        params: gate.extend({ commandId: id }),
        response: { 200: commandItem },
      },
    },
    async (request, reply) => answer(reply, await showCommand(deps, callerOf(request), request.params)),
  )
}

/** All that ever changes of a command is that its outcome gets known. */
function answer(reply: FastifyReply, command: CommandItem): CommandItem {
  tagVersion(reply, { version: command.outcome === null ? 1 : 2 })
  return command
}
