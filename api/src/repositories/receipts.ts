import { eq, sql } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { payments, plans, quotes, sites, subscriptions, tariffs } from '../db/schema.ts'
import { isRefundOf, tariffOf } from './money-back.ts'

/** A payment with what its receipt says. */
export async function findReceipt(db: Db, paymentId: string) {
  const [row] = await db
    .select({
      id: payments.id,
      number: payments.receiptNumber,
      siteName: sites.name,
      issuer: sites.receiptIssuer,
      timeZone: sites.timeZone,
      amountMinor: payments.amountMinor,
      currency: payments.currency,
      provider: payments.provider,
      capturedAt: payments.capturedAt,
      quote: {
        credit: quotes.credit,
        chargedFrom: quotes.chargedFrom,
        pricedAt: quotes.pricedAt,
        lines: quotes.lines,
      },
      planName: plans.name,
      vatPercent: sql<string | null>`${tariffs.rules} -> 'vat' ->> 'percent'`,
      refunds: sql<{ amountMinor: number; occurredAt: string }[]>`(
        select coalesce(json_agg(json_build_object('amountMinor', r.amount_minor, 'occurredAt', r.occurred_at) order by r.occurred_at), '[]')
        from refunds r where ${sql.raw(isRefundOf('payments'))})`,
    })
    .from(payments)
    .innerJoin(sites, eq(sites.id, payments.siteId))
    .leftJoin(quotes, eq(quotes.id, payments.quoteId))
    .leftJoin(tariffs, eq(tariffs.id, sql.raw(tariffOf('payments'))))
    .leftJoin(subscriptions, eq(subscriptions.id, payments.subscriptionId))
    .leftJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(payments.id, paymentId))
  return row
}
