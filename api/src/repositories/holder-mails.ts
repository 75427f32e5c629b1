import { and, eq, gt, lt, sql } from 'drizzle-orm'
import type { Db, Tx } from '../db/client.ts'
import { holderMails, holderTokens, plans, subscriptions } from '../db/schema.ts'

export type MailRow = typeof holderMails.$inferSelect

export async function insertMail(tx: Tx, mail: { id: string; subscriptionId: string; dueAt: Date; createdAt: Date }) {
  await tx.insert(holderMails).values(mail)
}

/** Whether a letter to this holder waits or went out since `since`: nobody is flooded by whoever knows an address. */
export async function isMailedSince(tx: Tx, subscriptionId: string, since: Date): Promise<boolean> {
  const [row] = await tx
    .select({ id: holderMails.id })
    .from(holderMails)
    .where(and(eq(holderMails.subscriptionId, subscriptionId), gt(holderMails.createdAt, since)))
    .limit(1)
  return row !== undefined
}

/** Letters that are due, theirs alone who asks until `leaseEnds`. */
export async function claimMails(tx: Tx, now: Date, leaseEnds: Date, limit: number): Promise<MailRow[]> {
  const due = sql`(select id from holder_mails where due_at <= ${now} order by due_at limit ${limit} for update skip locked)`
  return tx
    .update(holderMails)
    .set({ dueAt: leaseEnds, attempts: sql`${holderMails.attempts} + 1` })
    .where(sql`${holderMails.id} in ${due}`)
    .returning()
}

export async function findAddressee(db: Db, subscriptionId: string) {
  const [row] = await db
    .select({ email: subscriptions.email, language: subscriptions.language, planName: plans.name })
    .from(subscriptions)
    .innerJoin(plans, eq(plans.id, subscriptions.planId))
    .where(eq(subscriptions.id, subscriptionId))
  return row
}

/** `dueAt` null: it went out, or never will. */
export async function setMailDue(tx: Tx, id: string, dueAt: Date | null) {
  await tx.update(holderMails).set({ dueAt }).where(eq(holderMails.id, id))
}

export async function insertHolderToken(tx: Tx, token: typeof holderTokens.$inferInsert) {
  await tx.insert(holderTokens).values(token)
}

/** The subscription that the token with this hash looks after. */
export async function findTokenHolder(db: Db, hash: string, now: Date): Promise<string | undefined> {
  const [row] = await db
    .select({ id: holderTokens.subscriptionId })
    .from(holderTokens)
    .where(and(eq(holderTokens.hash, hash), gt(holderTokens.expiresAt, now)))
  return row?.id
}

export async function purgeHolderTokens(tx: Tx, expiredBefore: Date): Promise<number> {
  return (await tx.delete(holderTokens).where(lt(holderTokens.expiresAt, expiredBefore))).rowCount ?? 0
}
