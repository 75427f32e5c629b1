import type { ActorKind, AuditItem } from '@turnpike/contracts/audit.ts'
import type { DecisionItem, ReadItem } from '@turnpike/contracts/decision.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import type { SessionItem, SessionState } from '@turnpike/contracts/session.ts'
import { toAuditItem, toDecisionItem, toPaymentItem, toReadItem, toSessionItem } from '../domain/items.ts'
import { toPlate } from '../domain/plate.ts'
import { listAudit } from '../repositories/audit.ts'
import { listDecisions, listReads } from '../repositories/decisions.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { listPayments } from '../repositories/payments.ts'
import { listSessions } from '../repositories/sessions.ts'
import { type Caller, sitesToList, viewOf } from './access.ts'
import type { Deps } from './deps.ts'

type Scope = { siteId?: string | undefined }

/** A plate to search for, normalised as reads are. */
function searched(plate: string | undefined): string | undefined {
  return plate === undefined ? undefined : (toPlate(plate)?.plate ?? plate)
}

export async function listDecisionsOf(
  deps: Deps,
  { operator }: Caller,
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
  const view = viewOf(operator, deps.now())
  const rows = await listDecisions(
    deps.database.db,
    { ...rest, siteIds, since: since === undefined ? undefined : new Date(since), plate: searched(plate) },
    page,
  )
  return toPage(rows, page.limit, (row) => toDecisionItem(row, view))
}

export async function listReadsOf(
  deps: Deps,
  { operator }: Caller,
  filter: Scope & { cameraId?: string | undefined },
  page: PageRequest,
): Promise<Page<ReadItem>> {
  const siteIds = sitesToList(operator, filter.siteId)
  const view = viewOf(operator, deps.now())
  const rows = await listReads(deps.database.db, { siteIds, cameraId: filter.cameraId }, page)
  return toPage(rows, page.limit, (row) => toReadItem(row, view))
}

export async function listSessionsOf(
  deps: Deps,
  { operator }: Caller,
  filter: Scope & { state?: SessionState | undefined; plate?: string | undefined },
  page: PageRequest,
): Promise<Page<SessionItem>> {
  const siteIds = sitesToList(operator, filter.siteId)
  const view = viewOf(operator, deps.now())
  const rows = await listSessions(
    deps.database.db,
    { siteIds, state: filter.state, plate: searched(filter.plate) },
    page,
  )
  return toPage(rows, page.limit, (row) => toSessionItem(row, view))
}

export async function listPaymentsOf(
  deps: Deps,
  { operator }: Caller,
  filter: Scope,
  page: PageRequest,
): Promise<Page<PaymentItem>> {
  return toPage(
    await listPayments(deps.database.db, sitesToList(operator, filter.siteId), page),
    page.limit,
    toPaymentItem,
  )
}

/** Entries of his sites; an admin who asks for no site also sees those of several sites or of none. */
export async function listAuditOf(
  deps: Deps,
  { operator }: Caller,
  {
    siteId,
    ...filter
  }: Scope & {
    actorKind?: ActorKind | undefined
    actorId?: string | undefined
    action?: string | undefined
    subjectKind?: string | undefined
    subjectId?: string | undefined
  },
  page: PageRequest,
): Promise<Page<AuditItem>> {
  const siteIds = sitesToList(operator, siteId)
  const andOfNoSite = siteId === undefined && operator.role === 'admin'
  return toPage(await listAudit(deps.database.db, { ...filter, siteIds, andOfNoSite }, page), page.limit, toAuditItem)
}
