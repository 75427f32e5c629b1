import { eq } from 'drizzle-orm'
import type { Db } from '../db/client.ts'
import { operatorSites, operators, sites } from '../db/schema.ts'

export type OperatorRow = Omit<typeof operators.$inferSelect, 'createdAt' | 'version'> & { siteIds: string[] }

/** The operator behind a Firebase uid, with every site that he may see: admins have all. */
export async function findOperatorByUid(db: Db, firebaseUid: string): Promise<OperatorRow | undefined> {
  const [row] = await db.select().from(operators).where(eq(operators.firebaseUid, firebaseUid))
  return row && { ...row, siteIds: await listSiteIds(db, row) }
}

async function listSiteIds(db: Db, operator: { id: string; role: OperatorRow['role'] }): Promise<string[]> {
  const rows =
    operator.role === 'admin'
      ? await db.select({ id: sites.id }).from(sites).orderBy(sites.name)
      : await db
          .select({ id: sites.id })
          .from(operatorSites)
          .innerJoin(sites, eq(sites.id, operatorSites.siteId))
          .where(eq(operatorSites.operatorId, operator.id))
          .orderBy(sites.name)
  return rows.map((row) => row.id)
}

export async function findOperator(db: Db, id: string): Promise<OperatorRow | undefined> {
  const [row] = await db.select().from(operators).where(eq(operators.id, id))
  return row && { ...row, siteIds: await listSiteIds(db, row) }
}
