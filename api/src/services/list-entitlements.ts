import type { BlacklistItem } from '@turnpike/contracts/blacklist.ts'
import type { Page } from '@turnpike/contracts/page.ts'
import type { PlateMatch, PlateSearch } from '@turnpike/contracts/plate.ts'
import type { PlanItem, SubscriptionItem } from '@turnpike/contracts/subscription.ts'
import type { TariffItem } from '@turnpike/contracts/tariff-revision.ts'
import type { ValidityState } from '@turnpike/contracts/values.ts'
import { toBlacklistItem, toPlanItem, toSubscriptionItem, toTariffItem } from '../domain/items.ts'
import { Refusal } from '../errors.ts'
import { listBlacklist } from '../repositories/blacklist.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { listPlans } from '../repositories/plans.ts'
import { listSubscriptions } from '../repositories/subscriptions.ts'
import { listTariffs } from '../repositories/tariffs.ts'
import { type Caller, sitesToList, viewOf } from './access.ts'
import type { Deps } from './deps.ts'
import { searchedVehicles } from './searched-vehicles.ts'

type Scope = { siteId?: string | undefined }
type Filter = Scope & { state?: ValidityState | undefined }
type SubscriptionScope = Filter & { planId?: string | undefined }
type SubscriptionSearch = { plate?: string | undefined; match: PlateMatch; holder?: string | undefined }

export async function listPlansOf(
  deps: Deps,
  { operator }: Caller,
  { siteId }: Scope,
  page: PageRequest,
): Promise<Page<PlanItem>> {
  const view = viewOf(operator, deps.now())
  const rows = await listPlans(deps.database.db, sitesToList(operator, siteId), page)
  return toPage(rows, page.limit, (row) => toPlanItem(row, view))
}

export async function listSubscriptionsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, ...filter }: SubscriptionScope & { holder?: string | undefined },
  page: PageRequest,
  search?: PlateSearch,
): Promise<Page<SubscriptionItem>> {
  const view = viewOf(operator, deps.now())
  const siteIds = sitesToList(operator, siteId)
  const plateIds = search && (await searchedVehicles(deps, operator, search))
  const rows = await listSubscriptions(deps.database.db, { ...filter, plateIds, siteIds, now: view.now }, page)
  return toPage(rows, page.limit, (row) => toSubscriptionItem(row, view))
}

/** Subscriptions that have a vehicle, a holder, or both. */
export async function searchSubscriptions(
  deps: Deps,
  caller: Caller,
  { plate, match, ...filter }: SubscriptionScope & SubscriptionSearch,
  page: PageRequest,
): Promise<Page<SubscriptionItem>> {
  if (plate === undefined && filter.holder === undefined)
    throw new Refusal('invalid_request', 'Say what to search for: a plate, a holder, or both.')
  return listSubscriptionsOf(deps, caller, filter, page, plate === undefined ? undefined : { plate, match })
}

export async function listBlacklistOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, state }: Filter,
  page: PageRequest,
  search?: PlateSearch,
): Promise<Page<BlacklistItem>> {
  const view = viewOf(operator, deps.now())
  const siteIds = sitesToList(operator, siteId)
  const plateIds = search && (await searchedVehicles(deps, operator, search))
  const rows = await listBlacklist(deps.database.db, { siteIds, state, plateIds, now: view.now }, page)
  return toPage(rows, page.limit, (row) => toBlacklistItem(row, view))
}

export async function listTariffsOf(
  deps: Deps,
  { operator }: Caller,
  { siteId }: Scope,
  page: PageRequest,
): Promise<Page<TariffItem>> {
  return toPage(await listTariffs(deps.database.db, sitesToList(operator, siteId), page), page.limit, toTariffItem)
}
