import {
  billNow,
  billsAnswer,
  billsRequest,
  newSessionPreview,
  sessionPreview,
} from '@turnpike/contracts/session-bill.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import type { Deps } from '../services/deps.ts'
import { previewChange, previewNew } from '../services/preview-session.ts'
import { priceOpenStays } from '../services/price-open-stays.ts'
import { operatorSchema } from './resource.ts'

/** What stays owe, and what they would owe if something about them were put right. */
export async function sessionBills(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.post(
    '/v1/sessions/bills',
    {
      schema: {
        ...operatorSchema,
        operationId: 'priceSessions',
        summary: 'What open stays owe now',
        body: billsRequest,
        response: { 200: billsAnswer },
      },
    },
    (request) => priceOpenStays(deps, callerOf(request), request.body),
  )
  routes.post(
    '/v1/sessions/preview',
    {
      schema: {
        ...operatorSchema,
        operationId: 'previewNewSession',
        summary: 'What a stay whose entry nobody saw would be asked for; none is made',
        body: newSessionPreview,
        response: { 200: billNow },
      },
    },
    (request) => previewNew(deps, callerOf(request), request.body),
  )
  routes.post(
    '/v1/sessions/:sessionId/preview',
    {
      schema: {
        ...operatorSchema,
        operationId: 'previewSessionChange',
        summary: 'What a stay would be asked for if it were changed so; nothing is changed',
        params: z.object({ sessionId: id }),
        body: sessionPreview,
        response: { 200: billNow },
      },
    },
    (request) => previewChange(deps, callerOf(request), request.params.sessionId, request.body),
  )
}
