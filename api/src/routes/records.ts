import { alertChange, alertItem } from '@turnpike/contracts/alert.ts'
import { actorKind, auditItem } from '@turnpike/contracts/audit.ts'
import { decisionItem, decisionMode, disposition, outcome, readItem, reasonCode } from '@turnpike/contracts/decision.ts'
import { decisionDetail } from '@turnpike/contracts/explanation.ts'
import { alertKind, alertState } from '@turnpike/contracts/live-documents.ts'
import { flag, periodQuery } from '@turnpike/contracts/page.ts'
import { paymentItem } from '@turnpike/contracts/payment.ts'
import { providerName } from '@turnpike/contracts/payment-event.ts'
import {
  plateErasure,
  plateErasureAnswer,
  plateSearch,
  platesAnswer,
  platesRequest,
} from '@turnpike/contracts/plate.ts'
import { newSession, sessionChange, sessionDetail, sessionItem, sessionState } from '@turnpike/contracts/session.ts'
import { sessionTimeline } from '@turnpike/contracts/timeline.ts'
import { id, line } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { callerOf } from '../plugins/operator-auth.ts'
import { tagVersion } from '../plugins/versions.ts'
import { changeAlert } from '../services/change-alert.ts'
import { changeSession } from '../services/change-session.ts'
import { createSession } from '../services/create-session.ts'
import type { Deps } from '../services/deps.ts'
import { erasePlate } from '../services/erase-plate.ts'
import {
  listAlertsOf,
  listAuditOf,
  listDecisionsOf,
  listPaymentsOf,
  listReadsOf,
  listSessionsOf,
} from '../services/list-records.ts'
import { showAlert } from '../services/show-configured.ts'
import { showPlates } from '../services/show-plates.ts'
import { showAuditEntry, showDecision, showPayment, showSession } from '../services/show-record.ts'
import { showSessionTimeline } from '../services/show-session-timeline.ts'
import { ofSite, operatorSchema, resource } from './resource.ts'

const atGate = { gateId: id.optional().describe('at one gate') }
const byCamera = { cameraId: id.optional().describe('read by one camera') }
const decisionFilter = {
  ...ofSite,
  ...atGate,
  ...byCamera,
  sessionId: id.optional().describe('about one stay'),
  outcome: outcome.optional().describe('what was answered'),
  reason: reasonCode.optional().describe('why it was answered'),
  mode: decisionMode.optional().describe('how it was made'),
  ...periodQuery('createdAt'),
}
const readFilter = {
  ...ofSite,
  ...atGate,
  ...byCamera,
  disposition: disposition.optional().describe('what became of it'),
  ...periodQuery('receivedAt'),
}
const sessionFilter = {
  ...ofSite,
  state: sessionState.optional().describe('whether it runs, and how it ended'),
  needsReview: flag.optional().describe('whether somebody has to look at it'),
  subscriptionId: id.optional().describe('covered by one subscription'),
  ...periodQuery('openedAt'),
}
const paymentFilter = {
  ...ofSite,
  provider: providerName.optional().describe('through one provider'),
  sessionId: id.optional().describe('for one stay'),
  ...periodQuery('capturedAt'),
}
const alertFilter = {
  ...ofSite,
  ...atGate,
  kind: alertKind.optional().describe('what it is about'),
  state: alertState.optional().describe('whether somebody looks after it'),
  ...periodQuery('raisedAt'),
}
const auditFilter = {
  ...ofSite,
  actorKind: actorKind.optional().describe('what did it'),
  actorId: line(64).optional().describe('who did it: the id of an operator, camera or gate'),
  action: line(64).optional().describe('what was done, such as gate.open'),
  subjectKind: line(64).optional().describe('to what kind of thing, such as session'),
  subjectId: line(64).optional().describe('to which one'),
  ...periodQuery('at'),
}

/** What happened. A search by plate is a POST, so that no plate is ever in a URL. */
export async function records(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  const decisions = resource(app, { path: '/v1/decisions', one: 'Decision', many: 'Decisions', item: decisionDetail })
  decisions.list('Decisions, newest first', decisionFilter, (...asked) => listDecisionsOf(deps, ...asked), decisionItem)
  decisions.show('One decision with the facts and the rule it was made by', (caller, id) =>
    showDecision(deps, caller, id),
  )
  decisions.search(
    'Decisions about a plate, about plates that it is a part of, or about its look-alikes',
    { ...decisionFilter, ...plateSearch },
    (caller, { plate, match, ...filter }, page) => listDecisionsOf(deps, caller, filter, page, { plate, match }),
    decisionItem,
  )

  const reads = resource(app, { path: '/v1/reads', one: 'Read', many: 'Reads', item: readItem })
  reads.list('Reads, newest first', readFilter, (...asked) => listReadsOf(deps, ...asked))

  const sessions = resource(app, { path: '/v1/sessions', one: 'Session', many: 'Sessions', item: sessionDetail })
  sessions.list('Sessions, newest first', sessionFilter, (...asked) => listSessionsOf(deps, ...asked), sessionItem)
  sessions.show('One session with its payments', (caller, id) => showSession(deps, caller, id))
  sessions.change(
    'Puts a stay right; what cameras read stays as it is',
    sessionChange,
    async (caller, id, ...change) => {
      await changeSession(deps, caller, id, ...change)
      return showSession(deps, caller, id)
    },
  )
  sessions.create('Puts a stay on record whose entry nobody saw', newSession, sessionDetail, async (caller, wanted) =>
    showSession(deps, caller, await createSession(deps, caller, wanted)),
  )
  routes.get(
    '/v1/sessions/:sessionId/timeline',
    {
      schema: {
        ...operatorSchema,
        operationId: 'getSessionTimeline',
        summary: 'All that is on record of a stay, in the order it happened, and what it would be asked for now',
        params: z.object({ sessionId: id }),
        response: { 200: sessionTimeline },
      },
    },
    (request) => showSessionTimeline(deps, callerOf(request), request.params.sessionId),
  )
  sessions.search(
    'Sessions of a plate, of plates that it is a part of, or of its look-alikes',
    { ...sessionFilter, needsReview: z.boolean().optional(), ...plateSearch },
    (caller, { plate, match, ...filter }, page) => listSessionsOf(deps, caller, filter, page, { plate, match }),
    sessionItem,
  )

  const payments = resource(app, { path: '/v1/payments', one: 'Payment', many: 'Payments', item: paymentItem })
  payments.list('Payments, newest first', paymentFilter, (...asked) => listPaymentsOf(deps, ...asked))
  payments.show('One payment', (caller, id) => showPayment(deps, caller, id))

  const alerts = resource(app, { path: '/v1/alerts', one: 'Alert', many: 'Alerts', item: alertItem })
  alerts.list('Alerts, newest first', alertFilter, (...asked) => listAlertsOf(deps, ...asked))
  alerts.show('One alert', (caller, id) => showAlert(deps, caller, id))
  alerts.change('Takes an alert on, or says that it is dealt with', alertChange, (...change) =>
    changeAlert(deps, ...change),
  )

  const audit = resource(app, { path: '/v1/audit', one: 'AuditEntry', many: 'Audit', item: auditItem })
  audit.list('Who did what, newest first', auditFilter, (...asked) => listAuditOf(deps, ...asked))
  routes.get(
    '/v1/audit/:auditEntryId',
    {
      schema: {
        ...operatorSchema,
        operationId: 'getAuditEntry',
        summary: 'One entry of the audit trail',
        params: z.object({
          auditEntryId: z
            .string()
            .regex(/^\d{1,15}$/)
            .describe('opaque identifier'),
        }),
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
