import type { Database } from '../../db/client.ts'
import type { SubscriptionFacts } from '../../domain/facts.ts'
import { validityOf } from '../../domain/validity.ts'
import type { GateRow } from '../../repositories/gates.ts'
import {
  type Ban,
  type Entitlement,
  type Lane,
  listBans,
  listEntitlements,
  loadLanes,
  readEntitlementMark,
} from '../../repositories/remembered.ts'

/** How often a process looks again: what it remembers is at most this old when Postgres fails, and the time a look takes. */
export const rememberEveryMs = 5_000

/** What a process knows without Postgres: its lanes with their policies, and who may park. */
export type LaneMemory = {
  /** Looks again; who may park is loaded only when that was changed. */
  refresh(): Promise<void>
  lane(cameraId: string): Lane | undefined
  gate(gateId: string): GateRow | undefined
  /** The subscription under exactly this plate that is valid at the site now. */
  subscription(siteId: string, plate: string, now: Date): SubscriptionFacts | null
  isBlacklisted(siteId: string, plate: string, now: Date): boolean
  /** Since when it is as old as that; null before the first look. */
  lookedAt(): Date | null
}

export function createLaneMemory({ database, now }: { database: Database; now: () => Date }): LaneMemory {
  let lanes = new Map<string, Lane>()
  let gates = new Map<string, GateRow>()
  let entitlements = new Map<string, Entitlement[]>()
  let bans = new Map<string, Ban[]>()
  let mark = ''
  let lookedAt: Date | null = null

  return {
    async refresh() {
      const began = now()
      const loaded = await loadLanes(database.db)
      const newMark = await readEntitlementMark(database.pool)
      if (newMark !== mark) {
        const [entitled, banned] = await Promise.all([
          listEntitlements(database.pool, began),
          listBans(database.pool, began),
        ])
        entitlements = groupBy(entitled, ({ siteId, plate }) => `${siteId} ${plate}`)
        bans = groupBy(banned, ({ plate }) => plate)
        mark = newMark
      }
      lanes = new Map(loaded.lanes.map((lane) => [lane.camera.id, lane]))
      gates = new Map(loaded.gates.map((gate) => [gate.id, gate]))
      lookedAt = began
    },
    lane: (cameraId) => lanes.get(cameraId),
    gate: (gateId) => gates.get(gateId),
    subscription(siteId, plate, at) {
      const found = entitlements
        .get(`${siteId} ${plate}`)
        ?.find((entitlement) => validityOf(entitlement, at) === 'active')
      if (found === undefined) return null
      const { subscriptionId, plateId } = found
      // How many places its pool has left is not known here: who is on the list may in.
      return {
        id: subscriptionId,
        plateId,
        match: 'exact',
        tieBroken: false,
        poolPlaceFree: true,
        poolExhaustedPolicy: 'overflow_to_paying',
        exemptFromCapacity: false,
      }
    },
    isBlacklisted: (siteId, plate, at) =>
      (bans.get(plate) ?? []).some(
        (ban) => (ban.siteId === null || ban.siteId === siteId) && validityOf(ban, at) === 'active',
      ),
    lookedAt: () => lookedAt,
  }
}

function groupBy<T>(rows: T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}
