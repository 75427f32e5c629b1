import type { GateDirection } from '@turnpike/contracts/gate-command.ts'
import { type CarPark, plainTariff } from '../car-park.ts'
import type { World } from './schedule.ts'

export type Gate = { id: string; siteId: string; direction: GateDirection; key: string; cameras: Camera[] }
export type Camera = { id: string; gate: Gate; key: string }
/** A world as it was built: what a schedule's numbers stand for. */
export type Ground = {
  park: CarPark
  siteIds: string[]
  gates: Gate[]
  subscriptionIds: string[]
  /** Where its requests come from, so that limits by address count each world by itself. */
  address: string
  /** The newest mark of the mirror before it was built. */
  marksBefore: string
  /** Plates as they are written. */
  vehicles: string[]
}

/** 1.00 for each started half hour, from the first minute on; 2.00 where it is paid in advance. */
const tariff = { ...plainTariff, entryGraceMinutes: 0, prepaidMinor: 200 }
// The second looks like the first but for one character; the others are different cars to everybody.
const plateEnds = ['KKK0', 'KKM0', 'NNN0', 'PPP0', 'TTT0', 'XXX0']

/** Builds a world beside those of earlier schedules; `serial` makes its plates its own. */
export async function buildWorld(park: CarPark, world: World, serial: number): Promise<Ground> {
  const vehicles = plateEnds.slice(0, world.vehicles).map((end) => `R${serial}${end}`)
  const address = `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`
  const marks = await park.testDatabase.pool.query('select coalesce(max(id), 0) as newest from mirror_marks')
  const marksBefore: string = marks.rows[0].newest
  const ground: Ground = { park, address, marksBefore, siteIds: [], gates: [], subscriptionIds: [], vehicles }
  for (const { entry, exit, others, ...settings } of world.sites) {
    const site = await park.emptySite({ ...settings, tariff })
    ground.siteIds.push(site)
    for (const { direction, cameras, ...gate } of [entry, exit, ...others]) {
      const { gateId: id, key, camera } = await park.lane(site, direction, gate)
      const built: Gate = { id, siteId: site, direction, key, cameras: [] }
      const seconds = cameras > 1 ? [await park.camera(id)] : []
      built.cameras = [camera, ...seconds].map((made) => ({ id: made.id, key: made.key, gate: built }))
      ground.gates.push(built)
    }
  }
  for (const { site, vehicles: chosen, endsAfterMinutes, ...terms } of world.subscriptions) {
    const plates = chosen.filter((n) => n < vehicles.length).map((n) => vehicles[n]!)
    const validUntil = endsAfterMinutes === null ? undefined : new Date(+park.clock.now + endsAfterMinutes * 60_000)
    ground.subscriptionIds.push(
      await park.subscription(pick(ground.siteIds, site), plates, {
        ...terms,
        ...(validUntil && { validUntil }),
      }),
    )
  }
  for (const { vehicle, site } of world.blacklisted)
    await park.blacklist(pick(vehicles, vehicle), site === null ? null : pick(ground.siteIds, site))
  return ground
}

export function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length]!
}
