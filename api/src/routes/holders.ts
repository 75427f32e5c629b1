import {
  holderAction,
  holderPayments,
  holderSubscription,
  holderVehicles,
  linkRequest,
  portalAnswer,
  publicPlans,
  purchasedSubscription,
  subscriptionPurchase,
  subscriptionPurchaseAnswer,
} from '@turnpike/contracts/holder.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { bearerToken } from '../plugins/credentials.ts'
import { askForLink } from '../services/ask-for-link.ts'
import { buySubscription } from '../services/buy-subscription.ts'
import type { Deps } from '../services/deps.ts'
import { listPublicPlans } from '../services/list-public-plans.ts'
import {
  actOnHeld,
  changeHeldVehicles,
  listHeldPayments,
  openHeldPortal,
  showHeld,
} from '../services/look-after-subscription.ts'
import { showPurchase } from '../services/show-purchase.ts'

const open = { tags: ['driver'] }
const held = { ...open, security: [{ holderToken: [] }] }
/** Buying, and having mail sent, are nothing that one person does often. */
const rarely = { rateLimit: { max: 10, timeWindow: 60_000 } }
const slowly = { rateLimit: { max: 60, timeWindow: 60_000 } }

/** What somebody without an account may do about subscriptions. The token of a mailed link stands for one of them. */
export async function holders(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get(
    '/v1/public/plans',
    {
      schema: {
        ...open,
        summary: 'Plans that drivers may buy',
        querystring: z.strictObject({ siteId: id.optional().describe('those that let park there') }),
        response: { 200: publicPlans },
      },
    },
    (request) => listPublicPlans(deps, request.query.siteId),
  )
  routes.post(
    '/v1/public/subscriptions',
    {
      config: rarely,
      schema: {
        ...open,
        summary: 'Begins the purchase of a subscription and says where to pay',
        body: subscriptionPurchase,
        response: { 200: subscriptionPurchaseAnswer },
      },
    },
    (request) => buySubscription(deps, request.body, request.id),
  )
  routes.get(
    '/v1/public/subscriptions/:subscriptionId',
    {
      config: slowly,
      schema: {
        ...open,
        summary: 'How far a purchase has come',
        params: z.object({ subscriptionId: id }),
        response: { 200: purchasedSubscription },
      },
    },
    (request) => showPurchase(deps, request.params.subscriptionId),
  )
  routes.post(
    '/v1/public/subscriptions/link',
    {
      config: rarely,
      schema: {
        ...open,
        operationId: 'askForHolderLink',
        summary: 'Mails a link to every subscription with this address; nobody learns whether there is one',
        body: linkRequest,
        response: { 202: z.object({}) },
      },
    },
    async (request, reply) => {
      await askForLink(deps, request.body, request.id)
      return reply.code(202).send({})
    },
  )

  routes.get(
    '/v1/public/subscription',
    {
      config: slowly,
      schema: {
        ...held,
        operationId: 'getHeldSubscription',
        summary: 'The subscription that the link is for',
        response: { 200: holderSubscription },
      },
    },
    (request) => showHeld(deps, bearerToken(request)),
  )
  routes.post(
    '/v1/public/subscription/vehicles',
    {
      config: slowly,
      schema: { ...held, summary: 'Other vehicles', body: holderVehicles, response: { 200: holderSubscription } },
    },
    (request) => changeHeldVehicles(deps, bearerToken(request), request.body, request.id),
  )
  routes.post(
    '/v1/public/subscription/actions',
    {
      config: slowly,
      schema: {
        ...held,
        summary: 'Cancels it with the period that is paid, or takes that back',
        description: 'The provider is asked: what became of it shows once it says so.',
        body: holderAction,
        response: { 200: holderSubscription },
      },
    },
    (request) => actOnHeld(deps, bearerToken(request), request.body, request.id),
  )
  routes.get(
    '/v1/public/subscription/payments',
    {
      config: slowly,
      schema: { ...held, summary: 'What was paid for it, newest first', response: { 200: holderPayments } },
    },
    (request) => listHeldPayments(deps, bearerToken(request)),
  )
  routes.post(
    '/v1/public/subscription/portal',
    {
      config: slowly,
      schema: {
        ...held,
        summary: 'A page of the provider for card and invoices',
        response: { 200: portalAnswer },
      },
    },
    (request) => openHeldPortal(deps, bearerToken(request)),
  )
}
