import type { AlertItem } from '@turnpike/contracts/alert.ts'
import type { ActorKind, AuditItem } from '@turnpike/contracts/audit.ts'
import type {
  DecisionItem,
  DecisionMode,
  Disposition,
  Outcome,
  ReadItem,
  ReasonCode,
} from '@turnpike/contracts/decision.ts'
import type { AlertKind, AlertState } from '@turnpike/contracts/live-documents.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import type { PaymentItem } from '@turnpike/contracts/payment.ts'
import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import type { PlateSearch } from '@turnpike/contracts/plate.ts'
import type { SessionItem, SessionState } from '@turnpike/contracts/session.ts'
import { toAlertItem, toAuditItem, toDecisionItem, toPaymentItem, toReadItem, toSessionItem } from '../domain/items.ts'
import { listAlerts } from '../repositories/alerts.ts'
import { listAudit } from '../repositories/audit.ts'
import { listDecisions, listReads } from '../repositories/decisions.ts'
import type { Period } from '../repositories/newest.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { listPayments } from '../repositories/payments.ts'
import { listSessions } from '../repositories/sessions.ts'
import { type Caller, sitesToList, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { searchedVehicles } from './searched-vehicles.ts'

/* What happened, newest first. A list that is given a search has only what the vehicles meant by it did. */

type Filter<Fields> = {
  siteId?: string | undefined
  since?: string | undefined
  until?: string | undefined
} & { [K in keyof Fields]?: Fields[K] | undefined }

export async function listDecisionsOf(
  deps: Deps,
  { operator }: Caller,
  {
    siteId,
    since,
    until,
    ...fields
  }: Filter<{
    gateId: string
    cameraId: string
    sessionId: string
    outcome: Outcome
    reason: ReasonCode
    mode: DecisionMode
  }>,
  page: PageRequest,
  search?: PlateSearch,
): Promise<Page<DecisionItem>> {
  const siteIds = sitesToList(operator, siteId)
  const plateIds = search && (await searchedVehicles(deps, operator, search))
  const filter = { ...fields, ...period({ since, until }), siteIds, plateIds }
  const view = viewOf(operator, deps.now())
  return toPage(await listDecisions(deps.database.db, filter, page), page.limit, (row) => toDecisionItem(row, view))
}

export async function listReadsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, since, until, ...fields }: Filter<{ gateId: string; cameraId: string; disposition: Disposition }>,
  page: PageRequest,
): Promise<Page<ReadItem>> {
  const filter = { ...fields, ...period({ since, until }), siteIds: sitesToList(operator, siteId) }
  const view = viewOf(operator, deps.now())
  return toPage(await listReads(deps.database.db, filter, page), page.limit, (row) => toReadItem(row, view))
}

export async function listSessionsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, since, until, ...fields }: Filter<{ state: SessionState; needsReview: boolean; subscriptionId: string }>,
  page: PageRequest,
  search?: PlateSearch,
): Promise<Page<SessionItem>> {
  const siteIds = sitesToList(operator, siteId)
  const plateIds = search && (await searchedVehicles(deps, operator, search))
  const filter = { ...fields, ...period({ since, until }), siteIds, plateIds }
  const view = viewOf(operator, deps.now())
  return toPage(await listSessions(deps.database.db, filter, page), page.limit, (row) => toSessionItem(row, view))
}

export async function listPaymentsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, since, until, ...fields }: Filter<{ provider: ProviderName; sessionId: string }>,
  page: PageRequest,
): Promise<Page<PaymentItem>> {
  const filter = { ...fields, ...period({ since, until }), siteIds: sitesToList(operator, siteId) }
  return toPage(await listPayments(deps.database.db, filter, page), page.limit, toPaymentItem)
}

export async function listAlertsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, since, until, ...fields }: Filter<{ gateId: string; kind: AlertKind; state: AlertState }>,
  page: PageRequest,
): Promise<Page<AlertItem>> {
  const filter = { ...fields, ...period({ since, until }), siteIds: sitesToList(operator, siteId) }
  return toPage(await listAlerts(deps.database.db, filter, page), page.limit, toAlertItem)
}

/** Entries of his sites; an admin who asks for no site also sees those of several sites or of none. */
export async function listAuditOf(
  deps: Deps,
  { operator }: Caller,
  {
    siteId,
    since,
    until,
    ...fields
  }: Filter<{
    actorKind: ActorKind
    actorId: string
    action: string
    subjectKind: string
    subjectId: string
  }>,
  page: PageRequest,
): Promise<Page<AuditItem>> {
  const andOfNoSite = siteId === undefined && operator.role === 'admin'
  const filter = { ...fields, ...period({ since, until }), siteIds: sitesToList(operator, siteId), andOfNoSite }
  return toPage(await listAudit(deps.database.db, filter, page), page.limit, toAuditItem)
}

function period({ since, until }: { since: string | undefined; until: string | undefined }): Period {
  return {
    since: since === undefined ? undefined : new Date(since),
    until: until === undefined ? undefined : new Date(until),
  }
}
