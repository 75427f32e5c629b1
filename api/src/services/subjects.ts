import { findAlert, lockAlert } from '../repositories/alerts.ts'
import { findBlacklistEntry, lockBlacklistEntry } from '../repositories/blacklist.ts'
import { findCameraDevice, lockCamera } from '../repositories/cameras.ts'
import { findGate, lockGateRow } from '../repositories/gates.ts'
import { findOperator, lockOperator } from '../repositories/operators.ts'
import { findPlan, lockPlan } from '../repositories/plans.ts'
import { findSession, lockSession } from '../repositories/sessions.ts'
import { findSite, lockSite } from '../repositories/sites.ts'
import { findSubscription, lockSubscription } from '../repositories/subscriptions.ts'
import { findTariffById } from '../repositories/tariffs.ts'
import type { Subject } from './edit.ts'

const subject = <Row extends { id: string; version: number }>(of: Subject<Row>) => of

/** What operators configure or take care of: where it is found, whose it is, and what the audit trail shows of it. Keys by their fingerprints. */
export const subjects = {
  site: subject({
    kind: 'site',
    find: findSite,
    lock: lockSite,
    siteIds: ({ id }) => [id],
    shown: ({ id: _id, version: _version, createdAt: _createdAt, ...shown }) => shown,
  }),
  gate: subject({
    kind: 'gate',
    find: findGate,
    lock: lockGateRow,
    siteIds: ({ siteId }) => [siteId],
    shown: ({ siteId, name, direction, actuation, waitSeconds, minConfidence, retiredAt, ...row }) => ({
      siteId,
      name,
      direction,
      actuation,
      waitSeconds,
      minConfidence,
      onApiDown: row.onApiDown,
      onDbDown: row.onDbDown,
      onSlow: row.onSlow,
      onCameraUnsure: row.onCameraUnsure,
      keys: fingerprints(row.controllerKeyHashes),
      retiredAt,
    }),
  }),
  camera: subject({
    kind: 'camera',
    find: findCameraDevice,
    lock: lockCamera,
    siteIds: ({ siteId }) => [siteId],
    shown: ({ gateId, name, format, directionMap, clockOffsetMs, clockJumpedToMs, keyHashes, revokedAt }) => ({
      gateId,
      name,
      format,
      directionMap,
      clockOffsetMs,
      clockJumpedToMs,
      keys: fingerprints(keyHashes),
      revokedAt,
    }),
  }),
  plan: subject({
    kind: 'plan',
    find: findPlan,
    lock: lockPlan,
    siteIds: ({ siteIds }) => siteIds,
    shown: ({ id: _id, version: _version, createdAt: _createdAt, ...shown }) => shown,
  }),
  subscription: subject({
    kind: 'subscription',
    find: findSubscription,
    lock: lockSubscription,
    siteIds: ({ siteIds }) => siteIds,
    shown: ({ planId, holder, email, siteIds, vehicles, poolSize, validFrom, validUntil, ...row }) => ({
      planId,
      holder,
      siteIds,
      plateIds: vehicles.map(({ plateId }) => plateId),
      poolSize,
      validFrom,
      validUntil,
      email,
      provider: row.provider,
      providerObjectId: row.providerObjectId,
      status: row.status,
      collectionPaused: row.collectionPaused,
      graceUntil: row.graceUntil,
      currentPeriodEnd: row.currentPeriodEnd,
      cancelAtPeriodEnd: row.cancelAtPeriodEnd,
    }),
    withheld: ['holder', 'email'],
  }),
  blacklistEntry: subject({
    kind: 'blacklist_entry',
    find: findBlacklistEntry,
    lock: lockBlacklistEntry,
    siteIds: ({ siteId }) => (siteId === null ? 'all' : [siteId]),
    shown: ({ siteId, plateId, reason, validFrom, validUntil }) => ({ siteId, plateId, reason, validFrom, validUntil }),
  }),
  session: subject({
    kind: 'session',
    find: findSession,
    lock: lockSession,
    siteIds: ({ siteId }) => [siteId],
    shown: ({ plateId, state, subscriptionId, needsReview, openedAt, closedAt, paidUntil }) => ({
      plateId,
      state,
      subscriptionId,
      needsReview,
      openedAt,
      closedAt,
      paidUntil,
    }),
  }),
  alert: subject({
    kind: 'alert',
    find: findAlert,
    lock: lockAlert,
    siteIds: ({ siteId }) => [siteId],
    shown: ({ id: _id, version: _version, resolvedAt: _resolvedAt, ...shown }) => shown,
  }),
  tariff: subject({
    kind: 'tariff',
    find: findTariffById,
    lock: findTariffById,
    siteIds: ({ siteId }) => [siteId],
    shown: ({ siteId, revision, validFrom, rules }) => ({ siteId, revision, validFrom, rules }),
  }),
  operator: subject({
    kind: 'operator',
    find: findOperator,
    lock: lockOperator,
    siteIds: () => [],
    shown: ({ name, email, role, siteIds, disabledAt }) => ({
      name,
      email,
      role,
      siteIds: role === 'admin' ? 'all' : siteIds,
      disabledAt,
    }),
    withheld: ['name', 'email'],
  }),
}

function fingerprints(hashes: string[]): string[] {
  return hashes.map((hash) => hash.slice(0, 8))
}
