import type { OperatorState } from '@turnpike/contracts/operator.ts'
import { and, desc, eq, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { operatorSites, operators, sites } from '../db/schema.ts'
import { afterId, type PageRequest } from './page.ts'
import { type Changes, locking, updateVersioned } from './versioned.ts'

export type OperatorRow = Omit<typeof operators.$inferSelect, 'createdAt'> & { siteIds: string[] }

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

export const lockOperator = locking(operators, findOperator)

export async function findOperatorByEmail(db: Db, email: string): Promise<{ id: string } | undefined> {
  return (await db.select({ id: operators.id }).from(operators).where(eq(operators.email, email)))[0]
}

const inState: Record<OperatorState, SQL | undefined> = {
  active: and(isNull(operators.disabledAt), isNotNull(operators.signedInAt)),
  invited: and(isNull(operators.disabledAt), isNull(operators.signedInAt)),
  disabled: isNotNull(operators.disabledAt),
}

export async function listOperators(
  db: Db,
  filter: { siteId: string | undefined; state: OperatorState | undefined },
  page: PageRequest,
): Promise<OperatorRow[]> {
  const after = afterId(page)
  const there = sql`(${operators.role} = 'admin' or ${operators.id} in (
    select ${operatorSites.operatorId} from ${operatorSites} where ${operatorSites.siteId} = ${filter.siteId}))`
  const rows = await db
    .select()
    .from(operators)
    .where(
      and(
        filter.siteId === undefined ? undefined : there,
        filter.state === undefined ? undefined : inState[filter.state],
        after ? lt(operators.id, after) : undefined,
      ),
    )
    .orderBy(desc(operators.id))
    .limit(page.limit + 1)
  return Promise.all(rows.map(async (row) => ({ ...row, siteIds: await listSiteIds(db, row) })))
}

/** Admins see every site: a new one changes what each of them may see. */
export async function listAdminIds(db: Db): Promise<string[]> {
  const rows = await db.select({ id: operators.id }).from(operators).where(eq(operators.role, 'admin'))
  return rows.map((row) => row.id)
}

/** The e-mails of those who may invite others. */
export async function listActiveAdmins(db: Db): Promise<string[]> {
  const rows = await db
    .select({ email: operators.email })
    .from(operators)
    .where(and(eq(operators.role, 'admin'), isNull(operators.disabledAt)))
  return rows.map((row) => row.email)
}

/** Whoever changes rights waits here for whoever else does, so that two admins cannot take them from each other at once. */
export async function lockRights(tx: Tx) {
  await tx.execute(sql`lock table ${operators} in share row exclusive mode`)
}

export async function insertOperator(tx: Tx, operator: typeof operators.$inferInsert) {
  await tx.insert(operators).values(operator)
}

export async function updateOperator(tx: Tx, id: string, set: Changes<typeof operators>) {
  await updateVersioned(tx, operators, id, set)
}

/** Nobody edits this, so that it gives the row no new version. */
export async function rememberSignIn(tx: Tx, id: string, at: Date) {
  await tx
    .update(operators)
    .set({ signedInAt: at })
    .where(and(eq(operators.id, id), isNull(operators.signedInAt)))
}

export async function setOperatorSites(tx: Tx, operatorId: string, siteIds: string[]) {
  await tx.delete(operatorSites).where(eq(operatorSites.operatorId, operatorId))
  if (siteIds.length > 0) await tx.insert(operatorSites).values(siteIds.map((siteId) => ({ operatorId, siteId })))
}
