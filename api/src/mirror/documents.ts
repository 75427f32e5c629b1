import type { ReasonCode } from '@turnpike/contracts/decision.ts'
import {
  type AlertDocument,
  documentPath,
  type GateDocument,
  type OperatorDocument,
  type PaymentDocument,
  type SessionDocument,
  type SiteDocument,
} from '@turnpike/contracts/live-documents.ts'
import type { Tx } from '../db/client.ts'
import { later } from '../domain/command-life.ts'
import { maskPlate } from '../domain/plate.ts'
import { dayAround } from '../domain/report-buckets.ts'
import type { ShownSince } from '../repositories/mirror-compare.ts'
import type { MirrorDocument } from '../repositories/mirror-documents.ts'
import type { MirrorKind, Subject } from '../repositories/mirror-marks.ts'
import { countDays, readAlerts, readGates, readSessions, readSites } from '../repositories/mirror-state.ts'
import { findOperator } from '../repositories/operators.ts'
import { listPaymentsNow } from '../repositories/payments.ts'

type Unstamped<T> = Omit<T, 'v' | 'updatedAt'>
export type Built = Subject & MirrorDocument

const dayMs = 24 * 60 * 60_000
/** How long there are documents of ended stays and resolved alerts, and of payments. */
const endedKeptMs = dayMs
const paymentsKeptMs = 90 * dayMs

/** Since when ended or came what has documents that have not expired. */
export function shownSince(now: Date): ShownSince {
  return { ended: later(now, -endedKeptMs), paid: later(now, -paymentsKeptMs) }
}

const expiry = (endedAt: Date | null) => endedAt && later(endedAt, endedKeptMs).toISOString()

/**
 * Reads the state behind the subjects and makes their documents. A subject that is gone has none. `now` says which day is today at
 * the sites; nothing else depends on it.
 */
export async function buildDocuments(tx: Tx, subjects: Subject[], now: Date): Promise<Built[]> {
  const built: Built[] = []
  for (const kind of Object.keys(builders) as MirrorKind[]) {
    const ids = subjects.filter((subject) => subject.kind === kind).map((subject) => subject.subjectId)
    if (ids.length > 0) built.push(...(await builders[kind](tx, ids, now)))
  }
  return built
}

const builders: Record<MirrorKind, (tx: Tx, ids: string[], now: Date) => Promise<Built[]>> = {
  site: async (tx, ids, now) => {
    const rows = await readSites(tx, ids)
    const days = new Map(rows.map(({ id, timeZone }) => [id, dayAround(timeZone, now)]))
    const counts = await countDays(
      tx,
      [...days].map(([siteId, { from, to }]) => ({ siteId, from, to })),
    )
    return rows.map(({ id, ...site }) => {
      const today = { date: days.get(id)!.date, ...counts.get(id)! }
      const data: Unstamped<SiteDocument> = { ...site, today }
      return { kind: 'site', subjectId: id, siteId: id, path: documentPath.site(id), data }
    })
  },
  gate: async (tx, ids) =>
    (await readGates(tx, ids)).map((row) => ({
      kind: 'gate',
      subjectId: row.gate.id,
      siteId: row.gate.siteId,
      path: documentPath.gate(row.gate.siteId, row.gate.id),
      data: gateDocument(row),
    })),
  session: async (tx, ids) =>
    (await readSessions(tx, ids)).map(({ session, plate }) => {
      const { id, siteId, state, needsReview, subscriptionId, openedAt, closedAt, paidUntil } = session
      const data: Unstamped<SessionDocument> = {
        siteId,
        plateMasked: maskPlate(plate),
        state,
        needsReview,
        subscribed: subscriptionId !== null,
        openedAt: openedAt.toISOString(),
        closedAt: closedAt?.toISOString() ?? null,
        paidUntil: paidUntil?.toISOString() ?? null,
        expireAt: expiry(closedAt),
      }
      return { kind: 'session', subjectId: id, siteId, path: documentPath.session(siteId, id), data }
    }),
  payment: async (tx, ids) =>
    (await listPaymentsNow(tx, ids)).map(({ id, siteId, sessionId, capturedAt, ...payment }) => {
      const data: Unstamped<PaymentDocument> = {
        siteId,
        sessionId,
        provider: payment.provider,
        amountMinor: payment.amountMinor,
        currency: payment.currency,
        capturedAt: capturedAt.toISOString(),
        refundedMinor: payment.refundedMinor,
        disputed: payment.disputed,
        expireAt: later(capturedAt, paymentsKeptMs).toISOString(),
      }
      return { kind: 'payment', subjectId: id, siteId, path: documentPath.payment(siteId, id), data }
    }),
  alert: async (tx, ids) =>
    (await readAlerts(tx, ids)).map(
      ({ id, siteId, gateId, kind, subjectKind, subjectId, state, raisedAt, resolvedAt }) => {
        const data: Unstamped<AlertDocument> = {
          siteId,
          gateId,
          kind,
          subjectKind,
          subjectId,
          state,
          raisedAt: raisedAt.toISOString(),
          expireAt: expiry(resolvedAt),
        }
        return { kind: 'alert', subjectId: id, siteId, path: documentPath.alert(siteId, id), data }
      },
    ),
  operator: async (tx, ids) => {
    const built: Built[] = []
    for (const id of ids) {
      const row = await findOperator(tx, id)
      if (row === undefined) continue
      const { firebaseUid, name, role, siteIds, disabledAt } = row
      const data: Unstamped<OperatorDocument> = {
        name,
        role,
        sites: [...siteIds].sort(),
        disabled: disabledAt !== null,
      }
      built.push({ kind: 'operator', subjectId: id, siteId: null, path: documentPath.operator(firebaseUid), data })
    }
    return built
  },
}

type GateState = Awaited<ReturnType<typeof readGates>>[number]

function gateDocument({
  gate,
  pass,
  decision,
  plate,
  confidence,
  quote,
  command,
  lastSeenAt,
  clock,
}: GateState): Unstamped<GateDocument> {
  // Whether the wait is over by time is the screen's to see: it knows `until`, and no mark falls due when a wait runs out.
  const waits =
    gate.direction === 'exit' &&
    pass.outcome === 'PAY' &&
    pass.passageAt === null &&
    pass.commandId === null &&
    quote !== null &&
    gate.loopOccupied !== false
  return {
    siteId: gate.siteId,
    name: gate.name,
    direction: gate.direction,
    barrierMode: gate.barrierMode,
    holdUntil: gate.holdUntil?.toISOString() ?? null,
    observedState: gate.observedState,
    retired: gate.retiredAt !== null,
    camera: {
      lastSeenAt: lastSeenAt?.toISOString() ?? null,
      clockAheadSeconds: clock && Math.round(clock.aheadMs / 1000),
      clockJumped: clock?.jumped ?? false,
    },
    lastDecision: decision && {
      id: decision.id,
      outcome: decision.outcome,
      reason: decision.reason as ReasonCode,
      mode: decision.mode,
      plateMasked: maskPlate(plate),
      confidence,
      at: decision.createdAt.toISOString(),
      movedOnAt: pass.passageAt?.toISOString() ?? null,
    },
    waiting: waits
      ? {
          since: pass.decidedAt!.toISOString(),
          until: later(pass.decidedAt!, gate.waitSeconds * 1000).toISOString(),
          amountMinor: quote.amountMinor,
          currency: quote.currency,
        }
      : null,
    lastCommand: command && {
      id: command.id,
      action: command.action,
      reason: command.reason,
      issuedAt: command.issuedAt.toISOString(),
      outcome: command.outcome,
      detail: command.detail,
    },
  }
}
