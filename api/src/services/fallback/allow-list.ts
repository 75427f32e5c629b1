import { validityOf } from '../../domain/validity.ts'
import type { Entitlement } from '../../repositories/remembered.ts'

export type AllowList = {
  /** The subscription under exactly this plate that is valid at the site now. */
  find(siteId: string, plate: string, now: Date): { subscriptionId: string; plateId: string } | undefined
}

/**
 * Who may park, in columns: an object for each vehicle and site were a million of them for the garbage collector to look at, while
 * the gates wait. `next` leads from one right of a plate to its next.
 */
export function createAllowList(entitlements: Entitlement[]): AllowList {
  const once = keptOnce()
  const siteIds = entitlements.map(({ siteId }) => once(siteId))
  const plateIds = entitlements.map(({ plateId }) => once(plateId))
  const subscriptionIds = entitlements.map(({ subscriptionId }) => once(subscriptionId))
  const validFrom = Float64Array.from(entitlements, (each) => each.validFrom.getTime())
  const validUntil = Float64Array.from(entitlements, (each) => each.validUntil?.getTime() ?? Number.POSITIVE_INFINITY)
  const next = new Int32Array(entitlements.length)
  const first = new Map<string, number>()
  for (const [i, { plate }] of entitlements.entries()) {
    next[i] = first.get(plate) ?? -1
    first.set(plate, i)
  }

  const isActive = (i: number, now: Date) => {
    const until = validUntil[i]!
    const period = { validFrom: new Date(validFrom[i]!), validUntil: Number.isFinite(until) ? new Date(until) : null }
    return validityOf(period, now) === 'active'
  }

  return {
    find(siteId, plate, now) {
      for (let i = first.get(plate) ?? -1; i >= 0; i = next[i]!)
        if (siteIds[i] === siteId && isActive(i, now))
          return { subscriptionId: subscriptionIds[i]!, plateId: plateIds[i]! }
      return undefined
    },
  }
}

/** Of equal texts the first. */
function keptOnce(): (text: string) => string {
  const kept = new Map<string, string>()
  return (text) => {
    const known = kept.get(text)
    if (known === undefined) kept.set(text, text)
    return known ?? text
  }
}
