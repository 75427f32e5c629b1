import { checkoutAnswer, checkoutRequest, publicQuote, quoteAnswer, quoteRequest } from '@turnpike/contracts/quote.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { beginCheckout } from '../services/begin-checkout.ts'
import type { Deps } from '../services/deps.ts'
import { quoteStay, showQuote } from '../services/quote-stay.ts'

const schema = { tags: ['driver'] }
const quote = z.object({ quoteId: id })
/** Trying out plates is what this slows down; looking at one's own quote is not. */
const slowly = { rateLimit: { max: 60, timeWindow: 60_000 } }

/** What a driver without an account may ask. */
export async function quotes(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.post(
    '/v1/quotes',
    {
      config: slowly,
      schema: {
        ...schema,
        summary: 'What is owed for a plate now',
        body: quoteRequest,
        response: { 200: quoteAnswer },
      },
    },
    (request) => quoteStay(deps, request.body, request.id),
  )
  routes.get(
    '/v1/quotes/:quoteId',
    {
      schema: {
        ...schema,
        summary: 'One quote, as its pay page shows it',
        params: quote,
        response: { 200: publicQuote },
      },
    },
    (request) => showQuote(deps, request.params.quoteId),
  )
  routes.post(
    '/v1/quotes/:quoteId/checkout',
    {
      config: slowly,
      schema: {
        ...schema,
        summary: 'Begins a payment and says where to go',
        params: quote,
        body: checkoutRequest,
        response: { 200: checkoutAnswer },
      },
    },
    (request) => beginCheckout(deps, request.params.quoteId, request.body),
  )
}
