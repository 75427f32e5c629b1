import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { sessions, sites, subscriptions, tariffs } from '../db/schema.ts'
import { adjustedMinor } from './adjustments.ts'
import { coveredUntil } from './entitlement.ts'
import { netPaidMinor } from './money-back.ts'
import { seenSince } from './stay-evidence.ts'

/** Stays at these sites with all that their prices depend on; what is at another site is left out. */
export async function listBilledStays(db: Db, siteIds: string[], ids: string[]) {
  return db
    .select({
      id: sessions.id,
      state: sessions.state,
      closedAt: sessions.closedAt,
      stay: {
        openedAt: sessions.openedAt,
        subscriptionId: sessions.subscriptionId,
        paidUntil: sessions.paidUntil,
        needsReview: sessions.needsReview,
        paidMinor: sql<number>`${sql.raw(netPaidMinor('sessions.id'))}`,
        adjustedMinor: sql<number>`${sql.raw(adjustedMinor('sessions.id'))}`,
        readAtEntrySince: sql<boolean>`seen.at_entry is true`,
        readElsewhereSince: sql<boolean>`seen.elsewhere is true`,
      },
      coveredUntil: sql<Date | null>`${sql.raw(coveredUntil('subscriptions', 'sessions'))}`.mapWith(
        subscriptions.validUntil,
      ),
      tariff: { id: tariffs.id, rules: tariffs.rules },
      site: {
        timeZone: sites.timeZone,
        currency: sites.currency,
        plausibleAmountMinor: sites.plausibleAmountMinor,
        maxStaySeconds: sites.maxStaySeconds,
      },
    })
    .from(sessions)
    .innerJoin(sites, eq(sites.id, sessions.siteId))
    .leftJoin(subscriptions, eq(subscriptions.id, sessions.subscriptionId))
    .leftJoin(sql`lateral (${sql.raw(seenSince('sessions'))}) seen`, sql`true`)
    .leftJoin(
      tariffs,
      eq(
        tariffs.id,
        sql`(select t.id from tariffs t where t.site_id = ${sessions.siteId} and t.valid_from <= ${sessions.openedAt}
          order by t.revision desc limit 1)`,
      ),
    )
    .where(and(inArray(sessions.id, ids), inArray(sessions.siteId, siteIds)))
}

export type BilledStayRow = Awaited<ReturnType<typeof listBilledStays>>[number]
