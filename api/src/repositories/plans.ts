import { desc, eq, inArray, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { planSites, plans } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

const siteIds = sql<string[]>`array(select x.site_id from plan_sites x where x.plan_id = plans.id order by 1)`

export type PlanRow = typeof plans.$inferSelect & { siteIds: string[] }

export async function findPlan(db: Db, id: string): Promise<PlanRow | undefined> {
  const [row] = await db.select({ plan: plans, siteIds }).from(plans).where(eq(plans.id, id))
  return row && { ...row.plan, siteIds: row.siteIds }
}

export const lockPlan = locking(plans, findPlan)

/** Plans that are offered at one of the sites at least. */
export async function listPlans(db: Db, ofSites: string[], page: PageRequest): Promise<PlanRow[]> {
  const after = afterId(page)
  const offered = db.select({ id: planSites.planId }).from(planSites).where(inArray(planSites.siteId, ofSites))
  const rows = await db
    .select({ plan: plans, siteIds })
    .from(plans)
    .where(sql`${inArray(plans.id, offered)} ${after ? sql`and ${plans.id} < ${after}` : sql``}`)
    .orderBy(desc(plans.id))
    .limit(page.limit + 1)
  return rows.map((row) => ({ ...row.plan, siteIds: row.siteIds }))
}

export async function insertPlan(tx: Tx, plan: typeof plans.$inferInsert, ofSites: string[]) {
  await tx.insert(plans).values(plan)
  await offerAt(tx, plan.id, ofSites)
}

export async function updatePlan(tx: Tx, id: string, set: Changes<typeof plans>, ofSites: string[] | undefined) {
  await updateVersioned(tx, plans, id, set)
  if (ofSites === undefined) return
  await tx.delete(planSites).where(eq(planSites.planId, id))
  await offerAt(tx, id, ofSites)
}

async function offerAt(tx: Tx, planId: string, ofSites: string[]) {
  await tx.insert(planSites).values(ofSites.map((siteId) => ({ planId, siteId })))
}

/** Plans that cost this, whatever their trial. */
export async function listPlansPriced(
  db: Db,
  { amountMinor, currency, period }: { amountMinor: number; currency: string; period: { every: number; unit: string } },
): Promise<PlanRow[]> {
  const rows = await db
    .select({ plan: plans, siteIds })
    .from(plans)
    .where(
      sql`(${plans.amountMinor}, ${plans.currency}, ${plans.periodEvery}, ${plans.periodUnit}::text)
        = (${amountMinor}, ${currency}, ${period.every}, ${period.unit})`,
    )
  return rows.map((row) => ({ ...row.plan, siteIds: row.siteIds }))
}

/** Plans that drivers may buy, each with where it lets them park. */
export async function listOfferedPlans(db: Db, siteId: string | undefined) {
  const at = db
    .select({ id: planSites.planId })
    .from(planSites)
    .where(siteId ? eq(planSites.siteId, siteId) : undefined)
  const named = sql<{ id: string; name: string }[]>`(
    select coalesce(json_agg(json_build_object('id', s.id, 'name', s.name) order by s.name), '[]')
    from plan_sites x join sites s on s.id = x.site_id where x.plan_id = plans.id)`
  const rows = await db
    .select({ plan: plans, sites: named })
    .from(plans)
    .where(sql`${plans.offeredPublicly} and ${inArray(plans.id, at)}`)
    .orderBy(plans.name, plans.id)
    .limit(200)
  return rows.map((row) => ({ ...row.plan, sites: row.sites }))
}
