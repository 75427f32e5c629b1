import {
  advanceRequest,
  checkoutAnswer,
  checkoutRequest,
  publicQuote,
  quoteAnswer,
  quoteKey,
  quoteRequest,
} from '@turnpike/contracts/quote.ts'
import { receipt } from '@turnpike/contracts/receipt.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { beginCheckout } from '../services/begin-checkout.ts'
import type { Deps } from '../services/deps.ts'
import { quoteAdvance } from '../services/quote-advance.ts'
import { quoteStay } from '../services/quote-stay.ts'
import { showQuote } from '../services/show-quote.ts'
import { showReceipt } from '../services/show-receipt.ts'

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
        querystring: quoteKey,
        response: { 200: publicQuote },
      },
    },
    (request) => showQuote(deps, request.params.quoteId, request.query.key),
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
    (request) => beginCheckout(deps, request.params.quoteId, request.body, request.id),
  )
  routes.post(
    '/v1/quotes/advance',
    {
      config: slowly,
      schema: {
        ...schema,
        summary: 'A quote for so many minutes in advance, whether the vehicle is inside or not',
        description: 'What is paid is kept as credit of the plate at this site. Null where so many minutes are free.',
        body: advanceRequest,
        response: { 200: quoteAnswer },
      },
    },
    (request) => quoteAdvance(deps, request.body, request.id),
  )
  routes.get(
    '/v1/public/receipts/:receiptId',
    {
      schema: {
        ...schema,
        summary: 'The receipt of a payment, for as long as it is on record',
        params: z.object({ receiptId: id }),
        response: { 200: receipt },
      },
    },
    (request) => showReceipt(deps, request.params.receiptId),
  )
}
