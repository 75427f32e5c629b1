import { setTimeout as after } from 'node:timers/promises'
import { postRead } from '@turnpike/local/camera.ts'
import { type Random, seeded } from '../driver/random.ts'
import type { Lane } from './lanes.ts'

export type Decided = { gateId: string; decisionId: string; mode: string }
export type Driven = {
  decided: Decided[]
  /** How many were posted a second, and the longest that one was posted after it was due, in ms. */
  perSecond: number
  latestMs: number
  failed: number
}

/** Cars that come through lanes in turn, on the dot, whether or not those before them were answered. Who entered leaves again. */
export function createTraffic(api: string) {
  const random = seeded(20261125)
  const inside = new Map<string, string[]>()

  async function pass({ siteId, gateId, camera }: Lane, decided: Decided[]): Promise<void> {
    const parked = inside.get(siteId) ?? []
    inside.set(siteId, parked)
    const plate = (camera.direction === 'exit' ? parked.shift() : undefined) ?? newPlate(random)
    const answer = (await postRead(api, camera, plate))!
    if (camera.direction === 'entry' && answer.outcome === 'ALLOW') parked.push(plate)
    decided.push({ gateId, decisionId: answer.decisionId, mode: answer.mode })
  }

  return async (lanes: Lane[], perSecond: number, seconds: number): Promise<Driven> => {
    const decided: Decided[] = []
    const underWay: Promise<void>[] = []
    const began = performance.now()
    let [latestMs, failed] = [0, 0]
    const count = Math.max(Math.round(perSecond * seconds), 1)
    for (let car = 0; car < count; car++) {
      const dueAt = began + (car / perSecond) * 1000
      const waitMs = dueAt - performance.now()
      if (waitMs > 1) await after(waitMs)
      latestMs = Math.max(latestMs, performance.now() - dueAt)
      const passing = pass(lanes[car % lanes.length]!, decided).catch(() => {
        failed += 1
      })
      underWay.push(passing)
    }
    const took = (performance.now() - began) / 1000
    await Promise.all(underWay)
    return { decided, perSecond: count / Math.max(took, count / perSecond), latestMs, failed }
  }
}

/** Of eight signs, so that no two look alike. */
function newPlate(random: Random): string {
  const signs = 'ACDEFHJKLMNPRTUVWXY34679'
  return Array.from({ length: 8 }, () => signs[Math.floor(random() * signs.length)]).join('')
}
