import { auditItem } from '@turnpike/contracts/audit.ts'
import { decisionItem, readItem } from '@turnpike/contracts/decision.ts'
import { pageOf, pageQuery } from '@turnpike/contracts/page.ts'
import { paymentItem } from '@turnpike/contracts/payment.ts'
import { sessionItem, sessionState } from '@turnpike/contracts/session.ts'
import { cameraItem, gateItem, siteItem } from '@turnpike/contracts/site.ts'
import { id, instant, line, plateText } from '@turnpike/contracts/values.ts'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { operatorOf } from '../plugins/operator-auth.ts'
import type { Deps } from '../services/deps.ts'
import { listCamerasOf, listGatesOf, listSitesOf } from '../services/list-places.ts'
import { listAuditOf, listDecisionsOf, listPaymentsOf, listReadsOf, listSessionsOf } from '../services/list-records.ts'

const schema = { tags: ['operator'], security: [{ idToken: [] }] }
const ofSite = { siteId: id.optional() }

/** What operators look up. A search by plate is a POST, so that no plate is ever in a URL. */
export async function operatorLists(app: FastifyInstance, deps: Deps) {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get(
    '/v1/sites',
    { schema: { ...schema, summary: 'Your sites', response: { 200: pageOf(siteItem) } } },
    async (request) => ({
      items: await listSitesOf(deps, operatorOf(request)),
      nextCursor: null,
    }),
  )
  routes.get(
    '/v1/gates',
    {
      schema: {
        ...schema,
        summary: 'Gates of your sites',
        querystring: z.object(ofSite),
        response: { 200: pageOf(gateItem) },
      },
    },
    async (request) => ({
      items: await listGatesOf(deps, operatorOf(request), request.query.siteId),
      nextCursor: null,
    }),
  )
  routes.get(
    '/v1/cameras',
    {
      schema: {
        ...schema,
        summary: 'Cameras of your sites',
        querystring: z.object(ofSite),
        response: { 200: pageOf(cameraItem) },
      },
    },
    async (request) => ({
      items: await listCamerasOf(deps, operatorOf(request), request.query.siteId),
      nextCursor: null,
    }),
  )

  const decisionQuery = {
    ...ofSite,
    gateId: id.optional(),
    cameraId: id.optional(),
    since: instant.optional(),
    ...pageQuery,
  }
  routes.get(
    '/v1/decisions',
    {
      schema: {
        ...schema,
        summary: 'Decisions, newest first',
        querystring: z.object(decisionQuery),
        response: { 200: pageOf(decisionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.query
      return listDecisionsOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )
  routes.post(
    '/v1/decisions/search',
    {
      schema: {
        ...schema,
        summary: 'Decisions about a plate',
        body: z.object({ ...decisionQuery, plate: plateText }),
        response: { 200: pageOf(decisionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.body
      return listDecisionsOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )
  routes.get(
    '/v1/reads',
    {
      schema: {
        ...schema,
        summary: 'Reads, newest first',
        querystring: z.object({ ...ofSite, cameraId: id.optional(), ...pageQuery }),
        response: { 200: pageOf(readItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.query
      return listReadsOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )

  const sessionQuery = { ...ofSite, state: sessionState.optional(), ...pageQuery }
  routes.get(
    '/v1/sessions',
    {
      schema: {
        ...schema,
        summary: 'Sessions, newest first',
        querystring: z.object(sessionQuery),
        response: { 200: pageOf(sessionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.query
      return listSessionsOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )
  routes.post(
    '/v1/sessions/search',
    {
      schema: {
        ...schema,
        summary: 'Sessions of a plate',
        body: z.object({ ...sessionQuery, plate: plateText }),
        response: { 200: pageOf(sessionItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.body
      return listSessionsOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )
  routes.get(
    '/v1/payments',
    {
      schema: {
        ...schema,
        summary: 'Payments, newest first',
        querystring: z.object({ ...ofSite, ...pageQuery }),
        response: { 200: pageOf(paymentItem) },
      },
    },
    (request) => {
      const { cursor, limit, siteId } = request.query
      return listPaymentsOf(deps, operatorOf(request), { siteId }, { cursor, limit })
    },
  )
  routes.get(
    '/v1/audit',
    {
      schema: {
        ...schema,
        summary: 'Who did what, newest first',
        querystring: z.object({ ...ofSite, subjectId: line(64).optional(), ...pageQuery }),
        response: { 200: pageOf(auditItem) },
      },
    },
    (request) => {
      const { cursor, limit, ...filter } = request.query
      return listAuditOf(deps, operatorOf(request), filter, { cursor, limit })
    },
  )
}
