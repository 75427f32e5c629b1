import {
  orphanAdoption,
  orphanDismissal,
  orphanItem,
  paymentItem,
  refundItem,
  refundItems,
  refundRequest,
} from '@turnpike/contracts/payment.ts'
import { adjustmentItem, newAdjustment } from '@turnpike/contracts/session.ts'
import {
  entitlementRuleChange,
  entitlementRules,
  subscriptionActionRequest,
  subscriptionItem,
} from '@turnpike/contracts/subscription.ts'
import { id } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import { actOnSubscription } from '../services/act-on-subscription.ts'
import { adjustSession } from '../services/adjust-session.ts'
import { adoptOrphan } from '../services/adopt-orphan.ts'
import { changeEntitlementRule } from '../services/change-entitlement-rule.ts'
import type { Deps } from '../services/deps.ts'
import { dismissOrphan } from '../services/dismiss-orphan.ts'
import { listEntitlementRules } from '../services/list-entitlement-rules.ts'
import { listOrphans } from '../services/list-orphans.ts'
import { listRefundsOf } from '../services/list-refunds.ts'
import { refundPayment } from '../services/refund-payment.ts'
import { operatorSchema, resource } from './resource.ts'

const payment = z.object({ paymentId: id })
const orphan = z.object({ orphanId: id })

/** What operators do about money: give it back, say whose it is, ask for another sum, and say who may park by what is paid. */
export async function money(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get(
    '/v1/payments/:paymentId/refunds',
    {
      schema: {
        ...operatorSchema,
        operationId: 'listRefunds',
        summary: 'What went back of a payment, or was asked to',
        params: payment,
        response: { 200: refundItems },
      },
    },
    (request) => listRefundsOf(deps, callerOf(request), request.params.paymentId),
  )
  routes.post(
    '/v1/payments/:paymentId/refunds',
    {
      schema: {
        ...operatorSchema,
        operationId: 'refundPayment',
        summary: 'Gives some of a payment back, for a reason',
        description: '`asked` until the provider has answered; all refunds together are never more than the payment.',
        params: payment,
        body: refundRequest,
        response: { 200: refundItem },
      },
    },
    (request) => refundPayment(deps, callerOf(request), request.params.paymentId, request.body),
  )

  const orphans = resource(app, { path: '/v1/orphans', one: 'Orphan', many: 'Orphans', item: orphanItem })
  orphans.list('Notifications of providers that refer to nothing we know', {}, (caller, _filter, page) =>
    listOrphans(deps, caller, page),
  )
  routes.post(
    '/v1/orphans/:orphanId/adopt',
    {
      schema: {
        ...operatorSchema,
        operationId: 'adoptOrphan',
        summary: 'Says whose a payment is: a stay, a vehicle at a site, or a subscription',
        params: orphan,
        body: orphanAdoption,
        response: { 200: paymentItem },
      },
    },
    (request) => adoptOrphan(deps, callerOf(request), request.params.orphanId, request.body),
  )
  routes.post(
    '/v1/orphans/:orphanId/dismiss',
    {
      schema: {
        ...operatorSchema,
        operationId: 'dismissOrphan',
        summary: 'Says that a notification concerns nobody here',
        params: orphan,
        body: orphanDismissal,
        response: { 200: z.object({}) },
      },
    },
    async (request) => {
      await dismissOrphan(deps, callerOf(request), request.params.orphanId, request.body.reason)
      return {}
    },
  )

  routes.post(
    '/v1/sessions/:sessionId/adjustments',
    {
      schema: {
        ...operatorSchema,
        operationId: 'adjustSession',
        summary: 'Puts a sum on what a stay is asked for, or takes one off it',
        params: z.object({ sessionId: id }),
        body: newAdjustment,
        response: { 200: adjustmentItem },
      },
    },
    (request) => adjustSession(deps, callerOf(request), request.params.sessionId, request.body),
  )

  routes.post(
    '/v1/subscriptions/:subscriptionId/actions',
    {
      schema: {
        ...operatorSchema,
        operationId: 'actOnSubscription',
        summary: 'Pauses, resumes, cancels or keeps a subscription',
        description: 'Where a provider collects, it is asked: what became of it shows once it says so.',
        params: z.object({ subscriptionId: id }),
        body: subscriptionActionRequest,
        response: { 200: subscriptionItem },
      },
    },
    (request) => actOnSubscription(deps, callerOf(request), request.params.subscriptionId, request.body),
  )

  routes.get(
    '/v1/entitlement-rules',
    {
      schema: {
        ...operatorSchema,
        operationId: 'listEntitlementRules',
        summary: 'Which status of a subscription lets its vehicles park',
        response: { 200: entitlementRules },
      },
    },
    () => listEntitlementRules(deps),
  )
  routes.post(
    '/v1/entitlement-rules',
    {
      schema: {
        ...operatorSchema,
        operationId: 'changeEntitlementRule',
        summary: 'Changes one of these rules, for every gate from its next read on',
        body: entitlementRuleChange,
        response: { 200: entitlementRules },
      },
    },
    (request) => changeEntitlementRule(deps, callerOf(request), request.body),
  )
}
