import type { Page } from '@turnpike/contracts/page.ts'
import type { CameraItem, GateItem, PlaceState, SiteItem } from '@turnpike/contracts/site.ts'
import { toCameraItem, toGateItem, toSiteItem } from '../domain/items.ts'
import { listCameras } from '../repositories/cameras.ts'
import { listGates } from '../repositories/gates.ts'
import { type PageRequest, toPage } from '../repositories/page.ts'
import { listSites } from '../repositories/sites.ts'
import { type Caller, sitesToList } from './access.ts'
import type { Deps } from './deps.ts'

type Filter = { siteId?: string | undefined; state: PlaceState; gateId?: string | undefined }

export async function listSitesOf(deps: Deps, { operator }: Caller, page: PageRequest): Promise<Page<SiteItem>> {
  return toPage(await listSites(deps.database.db, operator.siteIds, page), page.limit, toSiteItem)
}

export async function listGatesOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, state }: Filter,
  page: PageRequest,
): Promise<Page<GateItem>> {
  const filter = { siteIds: sitesToList(operator, siteId), retired: state === 'retired' }
  return toPage(await listGates(deps.database.db, filter, page), page.limit, toGateItem)
}

export async function listCamerasOf(
  deps: Deps,
  { operator }: Caller,
  { siteId, state, gateId }: Filter,
  page: PageRequest,
): Promise<Page<CameraItem>> {
  const filter = { siteIds: sitesToList(operator, siteId), retired: state === 'retired', gateId }
  return toPage(await listCameras(deps.database.db, filter, page), page.limit, toCameraItem)
}
