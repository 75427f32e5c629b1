import { commandItem, commandRequest } from '@turnpike/contracts/gate-command.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { operatorOf } from '../plugins/operator-auth.ts'
import { commandGate } from '../services/command-gate.ts'
import type { Deps } from '../services/deps.ts'

/** How operators steer a barrier. */
export async function operatorCommands(app: FastifyInstance, deps: Deps) {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/gates/:gateId/commands',
    {
      schema: {
        tags: ['operator'],
        summary: 'Opens, holds open, blocks or releases a barrier, for a reason',
        params: z.object({ gateId: id }),
        body: commandRequest,
        response: { 201: commandItem },
        security: [{ idToken: [] }],
      },
    },
    async (request, reply) => {
      const { gateId } = request.params
      return reply.code(201).send(await commandGate(deps, operatorOf(request), gateId, request.body, request.id))
    },
  )
}
