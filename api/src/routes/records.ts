import { actorKind, auditItem } from '@turnpike/contracts/audit.ts'
import { decisionDetail, decisionItem, readItem } from '@turnpike/contracts/decision.ts'
import { pageOf, pageQuery } from '@turnpike/contracts/page.ts'
import { paymentItem } from '@turnpike/contracts/payment.ts'
import { plateErasure, plateErasureAnswer, platesAnswer, platesRequest } from '@turnpike/contracts/plate.ts'
import { sessionDetail, sessionItem, sessionState } from '@turnpike/contracts/session.ts'
import { id, instant, line, plateText } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import { tagVersion } from '../plugins/versions.ts'
import type { Deps } from '../services/deps.ts'
import { erasePlate } from '../services/erase-plate.ts'
import { listAuditOf, listDecisionsOf, listPaymentsOf, listReadsOf, listSessionsOf } from '../services/list-records.ts'
import { showPlates } from '../services/show-plates.ts'
import { showAuditEntry, showDecision, showPayment, showSession } from '../services/show-record.ts'
import { operatorSchema, resource } from './resource.ts'

const ofSite = { siteId: id.optional() }
const decisionFilter = { ...ofSite, gateId: id.optional(), cameraId: id.optional(), since: instant.optional() }
const sessionFilter = { ...ofSite, state: sessionState.optional() }
const auditFilter = {
  ...ofSite,
  actorKind: actorKind.optional(),
  actorId: line(64).optional(),
  action: line(64).optional(),
  subjectKind: line(64).optional(),
  subjectId: line(64).optional(),
}

/** What happened. A search by plate is a POST, so that no plate is ever in a URL. */
export async function records(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  const decisions = resource(app, { path: '/v1/decisions', one: 'Decision', many: 'Decisions', item: decisionDetail })
  decisions.list('Decisions, newest first', decisionFilter, (...asked) => listDecisionsOf(deps, ...asked), decisionItem)
  decisions.show('One decision with the facts and the rule it was made by', (caller, id) =>
    showDecision(deps, caller, id),
  )
  routes.post(
    '/v1/decisions/search',
    {
      schema: {
        ...operatorSchema,
        operationId: 'searchDecisions',
        summary: 'Decisions about a plate',
        body: z.object({ ...decisionFilter, ...pageQuery, plate: plateText }),
        response: { 200: pageOf(decisionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.body
      return listDecisionsOf(deps, callerOf(request), filter, { cursor, limit })
    },
  )

  const reads = resource(app, { path: '/v1/reads', one: 'Read', many: 'Reads', item: readItem })
  reads.list('Reads, newest first', { ...ofSite, cameraId: id.optional() }, (...asked) => listReadsOf(deps, ...asked))

  const sessions = resource(app, { path: '/v1/sessions', one: 'Session', many: 'Sessions', item: sessionDetail })
  sessions.list('Sessions, newest first', sessionFilter, (...asked) => listSessionsOf(deps, ...asked), sessionItem)
  sessions.show('One session with its payments', (caller, id) => showSession(deps, caller, id))
  routes.post(
    '/v1/sessions/search',
    {
      schema: {
        ...operatorSchema,
        operationId: 'searchSessions',
        summary: 'Sessions of a plate',
        body: z.object({ ...sessionFilter, ...pageQuery, plate: plateText }),
        response: { 200: pageOf(sessionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.body
      return listSessionsOf(deps, callerOf(request), filter, { cursor, limit })
    },
  )

  const payments = resource(app, { path: '/v1/payments', one: 'Payment', many: 'Payments', item: paymentItem })
  payments.list('Payments, newest first', ofSite, (...asked) => listPaymentsOf(deps, ...asked))
  payments.show('One payment', (caller, id) => showPayment(deps, caller, id))

  const audit = resource(app, { path: '/v1/audit', one: 'AuditEntry', many: 'Audit', item: auditItem })
  audit.list('Who did what, newest first', auditFilter, (...asked) => listAuditOf(deps, ...asked))
  routes.get(
    '/v1/audit/:auditEntryId',
    {
      schema: {
        ...operatorSchema,
        operationId: 'getAuditEntry',
        summary: 'One entry of the audit trail',
        params: z.object({ auditEntryId: z.string().regex(/^\d{1,15}$/) }),
        response: { 200: auditItem },
      },
    },
    async (request, reply) => {
      tagVersion(reply, {})
      return showAuditEntry(deps, callerOf(request), Number(request.params.auditEntryId))
    },
  )

  routes.post(
    '/v1/plates',
    {
      schema: {
        ...operatorSchema,
        operationId: 'showPlates',
        summary: 'Full plates for ids, in batches; that they were seen is recorded',
        body: platesRequest,
        response: { 200: platesAnswer },
      },
    },
    (request) => showPlates(deps, callerOf(request), request.body),
  )
  routes.post(
    '/v1/plates/erase',
    {
      schema: {
        ...operatorSchema,
        operationId: 'erasePlate',
        summary: 'Forgets a vehicle for good, at all sites',
        description:
          'What it did stays, and nobody can tell any more that it was this one. Refused while something depends on its plate: an open stay, a subscription or a blacklist entry that has not ended.',
        body: plateErasure,
        response: { 200: plateErasureAnswer },
      },
    },
    (request) => erasePlate(deps, callerOf(request), request.body),
  )
}
