import type { CameraItem, GateItem, SiteItem } from '@turnpike/contracts/site.ts'
import { listCameras, listGates, listSites } from '../repositories/gates.ts'
import { type Operator, sitesToList } from './access.ts'
import type { Deps } from './deps.ts'

export async function listSitesOf(deps: Deps, operator: Operator): Promise<SiteItem[]> {
  const rows = await listSites(deps.database.db, operator.siteIds)
  return rows.map(({ id, name, timeZone, currency, capacity, ...policies }) => ({
    id,
    name,
    timeZone,
    currency,
    capacity,
    unknownVehiclePolicy: policies.unknownVehiclePolicy,
    antiPassbackPolicy: policies.antiPassbackPolicy,
    exitWithoutSessionPolicy: policies.exitWithoutSessionPolicy,
  }))
}

export async function listGatesOf(deps: Deps, operator: Operator, siteId: string | undefined): Promise<GateItem[]> {
  const rows = await listGates(deps.database.db, sitesToList(operator, siteId))
  return rows.map((row) => ({
    id: row.id,
    siteId: row.siteId,
    name: row.name,
    direction: row.direction,
    barrierMode: row.barrierMode,
    holdUntil: row.holdUntil?.toISOString() ?? null,
    actuation: row.actuation,
    observedState: row.observedState,
  }))
}

export async function listCamerasOf(deps: Deps, operator: Operator, siteId: string | undefined): Promise<CameraItem[]> {
  const rows = await listCameras(deps.database.db, sitesToList(operator, siteId))
  return rows.map((row) => ({ ...row, lastSeenAt: row.lastSeenAt?.toISOString() ?? null }))
}
