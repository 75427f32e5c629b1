import { type SessionTimeline, sessionTimeline, type TimelineEntry } from '@turnpike/contracts/timeline.ts'
import { toAuditItem, toCommandItem, toDecisionItem, toPaymentItem, toReadItem } from '../domain/items.ts'
import { listAuditOfSubject } from '../repositories/audit.ts'
import { listCommandsOfSession } from '../repositories/commands.ts'
import { listDecisionsOfSession, listReadsOfSession } from '../repositories/decisions.ts'
import { listPassagesOfSession } from '../repositories/passages.ts'
import { listPaymentsOfSession } from '../repositories/payments.ts'
import { listQuotesOfSession } from '../repositories/quotes.ts'
import { type Caller, viewOf } from './access.ts'
import { billStays } from './bill-stays.ts'
import type { Deps } from './deps.ts'
import { show } from './edit.ts'
import { subjects } from './subjects.ts'

/** Nobody reads more, and a stay of months must not make an answer of megabytes. */
const atMost = 200

/** All that is on record of a stay, oldest first, and what it would be asked for now. */
export async function showSessionTimeline(deps: Deps, caller: Caller, id: string): Promise<SessionTimeline> {
  const session = await show(deps, caller, subjects.session, id)
  const { db } = deps.database
  const now = deps.now()
  const view = viewOf(caller.operator, now)
  const payments = await listPaymentsOfSession(db, id)
  const paymentIds = payments.map((payment) => payment.id)
  const [reads, decisions, passages, quotes, commands, audit, [billed]] = await Promise.all([
    listReadsOfSession(db, id, atMost),
    listDecisionsOfSession(db, id, atMost),
    listPassagesOfSession(db, id, atMost),
    listQuotesOfSession(db, id, atMost),
    listCommandsOfSession(db, session, paymentIds, atMost),
    listAuditOfSubject(db, 'session', id, atMost),
    session.state === 'open' ? billStays(db, [session.siteId], [id], now) : [],
  ])
  // Each list has its newest first.
  const items: TimelineEntry[] = [
    ...reads.map((row) => ({ kind: 'read' as const, at: iso(row.receivedAt), read: toReadItem(row, view) })),
    ...decisions.map((row) => ({
      kind: 'decision' as const,
      at: iso(row.createdAt),
      decision: toDecisionItem(row, view),
    })),
    ...passages.map((row) => ({
      kind: 'passage' as const,
      at: iso(row.occurredAt),
      passage: { ...row, receivedAt: iso(row.receivedAt) },
    })),
    ...quotes.map((row) => ({
      kind: 'quote' as const,
      at: iso(row.pricedAt),
      quote: {
        ...row,
        chargedFrom: iso(row.chargedFrom),
        expiresAt: iso(row.expiresAt),
        paidAt: row.paidAt && iso(row.paidAt),
      },
    })),
    ...payments.map((row) => ({ kind: 'payment' as const, at: iso(row.capturedAt), payment: toPaymentItem(row) })),
    ...commands.map((row) => ({ kind: 'command' as const, at: iso(row.issuedAt), command: toCommandItem(row) })),
    ...audit.map((row) => ({ kind: 'audit' as const, at: iso(row.at), audit: toAuditItem(row) })),
  ]
  // What the contract does not name, plate ids of quotes above all, stays inside.
  return sessionTimeline.parse({ items: items.reverse().sort(oldestFirst), bill: billed?.bill ?? null })
}

/** Of one instant, what comes first in this list was the cause of what comes after it. */
const order = ['read', 'decision', 'quote', 'payment', 'command', 'passage', 'audit']

function oldestFirst(a: TimelineEntry, b: TimelineEntry): number {
  return Date.parse(a.at) - Date.parse(b.at) || order.indexOf(a.kind) - order.indexOf(b.kind)
}

const iso = (instant: Date) => instant.toISOString()
