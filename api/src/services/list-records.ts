import type { AuditItem } from '@turnpike/contracts/audit.ts'
import type { DecisionItem, ReadItem } from '@turnpike/contracts/decision.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import type { SessionItem, SessionState } from '@turnpike/contracts/session.ts'
import { toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import { listAudit } from '../repositories/audit.ts'
import { listDecisions, listReads } from '../repositories/decisions.ts'
import { type PageRequest, readCursor, toPage } from '../repositories/page.ts'
import { listPayments } from '../repositories/payments.ts'
import { listSessions } from '../repositories/sessions.ts'
import { type Operator, sitesToList } from './access.ts'
import type { Deps } from './deps.ts'

type Scope = { siteId?: string | undefined }

function checked(page: PageRequest, form: 'uuid' | 'number' = 'uuid'): PageRequest {
  if (readCursor(page.cursor, form) === undefined)
    throw new Refusal('invalid_request', 'The cursor is not one of ours. Use nextCursor of the page before, unchanged.')
  return page
}

/** A plate to search for, normalised as reads are. */
function searched(plate: string | undefined): string | undefined {
  return plate === undefined ? undefined : (toPlate(plate)?.plate ?? plate)
}

export async function listDecisionsOf(
  deps: Deps,
  operator: Operator,
  filter: Scope & {
    gateId?: string | undefined
    cameraId?: string | undefined
    since?: string | undefined
    plate?: string | undefined
  },
  page: PageRequest,
): Promise<Page<DecisionItem>> {
  const { siteId, since, plate, ...rest } = filter
  const siteIds = sitesToList(operator, siteId)
  const rows = await listDecisions(
    deps.database.db,
    { ...rest, siteIds, since: since === undefined ? undefined : new Date(since), plate: searched(plate) },
    checked(page),
  )
  return toPage(rows, page.limit, (row) => ({
    ...row,
    reason: row.reason as DecisionItem['reason'],
    read: withTimes(row.read),
    createdAt: row.createdAt.toISOString(),
  }))
}

export async function listReadsOf(
  deps: Deps,
  operator: Operator,
  filter: Scope & { cameraId?: string | undefined },
  page: PageRequest,
): Promise<Page<ReadItem>> {
  const siteIds = sitesToList(operator, filter.siteId)
  const rows = await listReads(deps.database.db, { siteIds, cameraId: filter.cameraId }, checked(page))
  return toPage(rows, page.limit, withTimes)
}

function withTimes<T extends { capturedAt: Date; receivedAt: Date }>(row: T) {
  return { ...row, capturedAt: row.capturedAt.toISOString(), receivedAt: row.receivedAt.toISOString() }
}

export async function listSessionsOf(
  deps: Deps,
  operator: Operator,
  filter: Scope & { state?: SessionState | undefined; plate?: string | undefined },
  page: PageRequest,
): Promise<Page<SessionItem>> {
  const siteIds = sitesToList(operator, filter.siteId)
  const rows = await listSessions(
    deps.database.db,
    { siteIds, state: filter.state, plate: searched(filter.plate) },
    checked(page),
  )
  return toPage(rows, page.limit, (row) => ({
    ...row,
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    paidUntil: row.paidUntil?.toISOString() ?? null,
  }))
}

export async function listPaymentsOf(
  deps: Deps,
  operator: Operator,
  filter: Scope,
  page: PageRequest,
): Promise<Page<PaymentItem>> {
  const rows = await listPayments(deps.database.db, sitesToList(operator, filter.siteId), checked(page))
  return toPage(
    rows,
    page.limit,
    ({ id, siteId, sessionId, quoteId, provider, factId, amountMinor, currency, capturedAt }) => ({
      id,
      siteId,
      sessionId,
      quoteId,
      provider,
      factId,
      amountMinor,
      currency,
      capturedAt: capturedAt.toISOString(),
    }),
  )
}

export async function listAuditOf(
  deps: Deps,
  operator: Operator,
  filter: Scope & { subjectId?: string | undefined },
  page: PageRequest,
): Promise<Page<AuditItem>> {
  const siteIds = sitesToList(operator, filter.siteId)
  const rows = await listAudit(deps.database.db, { siteIds, subjectId: filter.subjectId }, checked(page, 'number'))
  return toPage(rows, page.limit, (row) => ({
    ...row,
    id: String(row.id),
    at: row.at.toISOString(),
    before: row.before ?? null,
    after: row.after ?? null,
  }))
}
