import type { ReasonCode } from '@turnpike/contracts/decision.ts'
import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { decisions, gates, plates, sessions, subscriptions, tariffs } from '../db/schema.ts'
import { adjustedMinor } from './adjustments.ts'
import { coveredUntil } from './entitlement.ts'
import { netPaidMinor } from './money-back.ts'
import { newestFirst, uuids } from './newest.ts'
import type { PageRequest } from './page.ts'

const byEnd = newestFirst({ table: sessions, owner: sessions.siteId, at: sessions.closedAt, id: sessions.id })

// Between the answer at the exit and the end of the stay somebody had the barrier opened.
const openedByOperator = sql<boolean>`exists (
  select from commands c where c.gate_id = ${decisions.gateId} and c.action = 'open' and c.operator_id is not null
    and c.issued_at between ${decisions.createdAt} and ${sessions.closedAt})`

/** Stays of a site that ended in a time and that somebody has to look at, the last one first, with what their price depends on. */
export async function listEndedStaysToReview(
  db: Db,
  { siteId, from, to }: { siteId: string; from: Date; to: Date },
  page: PageRequest,
) {
  return db
    .select({
      id: sessions.id,
      plate: plates.plate,
      state: sessions.state,
      openedAt: sessions.openedAt,
      endedAt: sql<Date>`${sessions.closedAt}`.mapWith(sessions.closedAt),
      letOutAt: sql<Date>`least(${decisions.createdAt}, ${sessions.closedAt})`.mapWith(sessions.closedAt),
      paidUntil: sessions.paidUntil,
      paidMinor: sql<number>`${sql.raw(netPaidMinor('sessions.id'))}`,
      adjustedMinor: sql<number>`${sql.raw(adjustedMinor('sessions.id'))}`,
      subscriptionId: sessions.subscriptionId,
      coveredUntil: sql<Date | null>`${sql.raw(coveredUntil('subscriptions', 'sessions'))}`.mapWith(
        subscriptions.validUntil,
      ),
      tariff: { id: tariffs.id, rules: tariffs.rules },
      decisionId: decisions.id,
      gateId: gates.id,
      gateName: gates.name,
      outcome: decisions.outcome,
      reason: sql<ReasonCode | null>`${decisions.reason}`,
      mode: decisions.mode,
      openedByOperator,
      micros: byEnd.micros,
    })
    .from(sessions)
    .innerJoin(plates, eq(plates.id, sessions.plateId))
    .leftJoin(subscriptions, eq(subscriptions.id, sessions.subscriptionId))
    .leftJoin(decisions, eq(decisions.id, sessions.exitDecisionId))
    .leftJoin(gates, eq(gates.id, decisions.gateId))
    .leftJoin(
      tariffs,
      eq(
        tariffs.id,
        sql`(select t.id from tariffs t where t.site_id = ${sessions.siteId} and t.valid_from <= ${sessions.openedAt}
          order by t.revision desc limit 1)`,
      ),
    )
    .where(
      byEnd.where({ owners: uuids([siteId]), fields: { needsReview: true }, period: { since: from, until: to }, page }),
    )
    .orderBy(...byEnd.order)
    .limit(page.limit + 1)
}

export type StayToReview = Awaited<ReturnType<typeof listEndedStaysToReview>>[number]
