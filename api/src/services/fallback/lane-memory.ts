import type { Database } from '../../db/client.ts'
import type { SubscriptionFacts } from '../../domain/facts.ts'
import { validityOf } from '../../domain/validity.ts'
import type { GateRow } from '../../repositories/gates.ts'
import {
  type Ban,
  type Lane,
  type Lanes,
  laneColumns,
  listBans,
  listEntitlements,
  loadLanes,
  type Marks,
  readMarks,
} from '../../repositories/remembered.ts'
import { createAllowList } from './allow-list.ts'

/** How often a process looks again: what it remembers is at most this old when Postgres fails, and the time a look takes. */
export const rememberEveryMs = 5_000

/** What is older would be the lanes of another time: devices that are gone, and policies that nobody wants any more. */
const keptForMs = 24 * 60 * 60_000
/** However little changes: what is kept is known to be from then at least. */
const keepAgainMs = 60 * 60_000

/** Lanes as they were looked up at `lookedAt`, in rows of these `columns`. Who may park is not among them. */
export type KeptLanes = Lanes & { lookedAt: Date; columns: string }
/** Where a process that is started while Postgres is away finds its lanes. */
export type LaneFile = {
  keep(lanes: KeptLanes): Promise<void>
  /** What was kept last; undefined where nothing was, or nobody can read it. */
  recall(): Promise<KeptLanes | undefined>
}

/** What a process knows without Postgres: its lanes with their policies, and who may park. */
export type LaneMemory = {
  /**
   * Looks whether anything was changed, and loads what was. The first time, what was kept of the lanes counts until they were
   * looked up. Throws while Postgres is away.
   */
  refresh(): Promise<void>
  lane(cameraId: string): Lane | undefined
  gate(gateId: string): GateRow | undefined
  /** The subscription under exactly this plate that is valid at the site now. */
  subscription(siteId: string, plate: string, now: Date): SubscriptionFacts | null
  isBlacklisted(siteId: string, plate: string, now: Date): boolean
  /** Since when it is as old as that; null before the first look. */
  lookedAt(): Date | null
}

export function createLaneMemory({ database, now, file }: LaneSources): LaneMemory {
  let lanes = new Map<string, Lane>()
  let gates = new Map<string, GateRow>()
  let allowList = createAllowList([])
  let bans = new Map<string, Ban[]>()
  let marks: Marks | undefined
  let loaded: Lanes | undefined
  let lookedAt: Date | null = null
  let kept: Lanes | undefined
  let keptAt = 0

  function remember(known: Lanes) {
    lanes = new Map(known.lanes.map((lane) => [lane.camera.id, lane]))
    gates = new Map(known.gates.map((gate) => [gate.id, gate]))
  }

  async function recall() {
    const found = await file?.recall()
    if (found?.columns !== laneColumns || now().getTime() - found.lookedAt.getTime() > keptForMs) return
    remember(found)
    lookedAt = found.lookedAt
  }

  async function keep(known: Lanes, at: Date) {
    if (file === undefined || (known === kept && at.getTime() - keptAt < keepAgainMs)) return
    await file.keep({ ...known, lookedAt: at, columns: laneColumns })
    kept = known
    keptAt = at.getTime()
  }

  return {
    async refresh() {
      if (lookedAt === null) await recall()
      const began = now()
      // Before what they stand for, so that a change in between is loaded next time.
      const found = await readMarks(database.pool)
      if (loaded === undefined || found.lanes !== marks?.lanes) {
        loaded = await loadLanes(database.db)
        remember(loaded)
      }
      if (found.entitled !== marks?.entitled) {
        const [entitled, banned] = await Promise.all([
          listEntitlements(database.pool, began),
          listBans(database.pool, began),
        ])
        allowList = createAllowList(entitled)
        bans = groupBy(banned, ({ plate }) => plate)
      }
      marks = found
      lookedAt = began
      await keep(loaded, began)
    },
    lane: (cameraId) => lanes.get(cameraId),
    gate: (gateId) => gates.get(gateId),
    subscription(siteId, plate, at) {
      const found = allowList.find(siteId, plate, at)
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

type LaneSources = {
  database: Database
  now: () => Date
  /** Without one, a process that is started while Postgres is away knows no lane. */
  file?: LaneFile
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
