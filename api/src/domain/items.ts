import { type AlertItem, alertItem } from '@turnpike/contracts/alert.ts'
import { type AuditItem, auditItem } from '@turnpike/contracts/audit.ts'
import { type BlacklistItem, blacklistItem } from '@turnpike/contracts/blacklist.ts'
import { type DecisionItem, decisionItem, type ReadItem, readItem } from '@turnpike/contracts/decision.ts'
import { type CommandItem, commandItem } from '@turnpike/contracts/gate-command.ts'
import { type OperatorItem, operatorItem } from '@turnpike/contracts/operator.ts'
import {
  type OrphanItem,
  orphanItem,
  type PaymentItem,
  paymentItem,
  type RefundItem,
  refundItem,
} from '@turnpike/contracts/payment.ts'
import { type UncollectedItem, uncollectedItem } from '@turnpike/contracts/report.ts'
import { type AdjustmentItem, adjustmentItem, type SessionItem, sessionItem } from '@turnpike/contracts/session.ts'
import {
  type CameraItem,
  cameraItem,
  type GateItem,
  gateItem,
  type LiveKey,
  type SiteItem,
  siteItem,
} from '@turnpike/contracts/site.ts'
import {
  type BillingPeriod,
  type PlanItem,
  planItem,
  type SubscriptionItem,
  subscriptionItem,
} from '@turnpike/contracts/subscription.ts'
import { type TariffItem, tariffItem } from '@turnpike/contracts/tariff-revision.ts'
import { maskPlate } from './plate.ts'
import { validityOf } from './validity.ts'

/*
 * Stored rows as operators are shown them. What the item's contract does not name stays inside, key hashes above all.
 */

/** For whom: his sites, and whether he sees plates whole. */
export type View = { siteIds: string[]; plates: boolean; now: Date }

type Plated = { plate: string | null }
type Read = Plated & { plateRaw: string | null }
type Clocks = { clockOffsetMs: number; clockJumpedToMs: number | null; clockShownMs: number | null }
type PricedPlan = {
  amountMinor: number | null
  currency: string | null
  periodEvery: number | null
  periodUnit: BillingPeriod['unit'] | null
  trialDays: number
}
type Period = { validFrom: Date; validUntil: Date | null }

export const toSiteItem = (row: object): SiteItem => siteItem.parse(row)

export const toGateItem = (row: { controllerKeyHashes: string[] }): GateItem =>
  gateItem.parse({ ...isoTimes(row), keys: fingerprints(row.controllerKeyHashes) })

export const toCameraItem = (row: { keyHashes: string[] } & Clocks): CameraItem =>
  cameraItem.parse({
    ...isoTimes(row),
    clockOffsetSeconds: toSeconds(row.clockOffsetMs),
    clockJumpedToSeconds: toSeconds(row.clockJumpedToMs),
    clockShownSeconds: toSeconds(row.clockShownMs),
    keys: fingerprints(row.keyHashes),
  })

export const toPlanItem = (row: { siteIds: string[] } & PricedPlan, view: View): PlanItem =>
  planItem.parse({ ...row, siteIds: own(row.siteIds, view), price: toPlanPrice(row) })

/** The price of a plan as one thing; null where nobody charges for it. */
export const toPlanPrice = ({ amountMinor, currency, periodEvery, periodUnit, trialDays }: PricedPlan) =>
  amountMinor === null || currency === null || periodEvery === null || periodUnit === null
    ? null
    : { amountMinor, currency, period: { every: periodEvery, unit: periodUnit }, trialDays }

export const toSubscriptionItem = (
  row: { siteIds: string[]; vehicles: (Plated & { plateId: string })[]; entitledUntil: Date | null } & Period,
  view: View,
): SubscriptionItem =>
  subscriptionItem.parse({
    ...isoTimes(row),
    siteIds: own(row.siteIds, view),
    vehicles: row.vehicles.map(({ plateId, plate }) => ({ plateId, plate: plateFor(view, plate) })),
    state: validityOf(row, view.now),
    entitled: row.validFrom <= view.now && (row.entitledUntil === null || row.entitledUntil > view.now),
  })

export const toBlacklistItem = (row: Plated & Period, view: View): BlacklistItem =>
  blacklistItem.parse({ ...isoTimes(row), plate: plateFor(view, row.plate), state: validityOf(row, view.now) })

export const toTariffItem = (row: object): TariffItem => tariffItem.parse(isoTimes(row))

export const toOperatorItem = (row: { role: string; siteIds: string[] }): OperatorItem =>
  operatorItem.parse({ ...isoTimes(row), siteIds: row.role === 'admin' ? [] : row.siteIds })

export const toDecisionItem = (row: { read: Read; matchedPlate: string | null }, view: View): DecisionItem =>
  decisionItem.parse({
    ...isoTimes(row),
    read: isoTimes(readFor(view, row.read)),
    matchedPlate: plateFor(view, row.matchedPlate),
  })

export const toReadItem = (row: Read, view: View): ReadItem => readItem.parse(isoTimes(readFor(view, row)))

export const toSessionItem = (row: Plated, view: View): SessionItem =>
  sessionItem.parse({ ...isoTimes(row), plate: plateFor(view, row.plate) })

export const toPaymentItem = (row: object): PaymentItem => paymentItem.parse(isoTimes(row))

export const toAdjustmentItem = (row: object): AdjustmentItem => adjustmentItem.parse(isoTimes(row))

export const toRefundItem = (row: object): RefundItem => refundItem.parse(isoTimes(row))

export const toOrphanItem = (row: object): OrphanItem => orphanItem.parse(isoTimes(row))

export const toCommandItem = (row: object): CommandItem => commandItem.parse(isoTimes(row))

export const toUncollectedItem = <Row extends Plated>(row: Row, view: View): UncollectedItem =>
  uncollectedItem.parse({ ...isoTimes(row), plate: plateFor(view, row.plate) })

export const toAlertItem = (row: object): AlertItem => alertItem.parse(isoTimes(row))

export const toAuditItem = (row: { id: number; before: unknown; after: unknown }): AuditItem =>
  auditItem.parse({ ...isoTimes(row), id: String(row.id), before: row.before ?? null, after: row.after ?? null })

function readFor<R extends Read>(view: View, read: R): R {
  const plate = plateFor(view, read.plate)
  return { ...read, plate, plateRaw: view.plates ? read.plateRaw : plate }
}

/** A plate, whole or masked. */
function plateFor(view: Pick<View, 'plates'>, plate: string | null): string | null {
  return plate === null || view.plates ? plate : maskPlate(plate)
}

/** Every instant of a row as RFC 3339. */
function isoTimes<T extends object>(row: T): { [K in keyof T]: IsoTime<T[K]> } {
  const entries = Object.entries(row).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value])
  return Object.fromEntries(entries)
}

type IsoTime<V> = V extends Date ? string : V

/** Whole ones; never -0, which is no number to read. */
function toSeconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1000) + 0
}

function fingerprints(hashes: string[]): LiveKey[] {
  return hashes.map((hash, index) => ({ number: index + 1, fingerprint: hash.slice(0, 8) }))
}

function own(siteIds: string[], view: View): string[] {
  return siteIds.filter((siteId) => view.siteIds.includes(siteId))
}
