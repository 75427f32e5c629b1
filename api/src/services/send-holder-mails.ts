import { createHash } from 'node:crypto'
import { later } from '../domain/command-life.ts'
import { holderLetter } from '../domain/holder-letter.ts'
import { change, unchanged } from '../repositories/change.ts'
import { claimMails, findAddressee, insertHolderToken, type MailRow, setMailDue } from '../repositories/holder-mails.ts'
import type { Deps } from './deps.ts'

type MailDeps = Pick<Deps, 'database' | 'now' | 'newKey' | 'dashboardUrl'> & {
  mail: (letter: { to: string; subject: string; text: string }) => Promise<void>
}

const leaseMs = 60_000
/** A holder who comes back later asks for a new link. */
const linkLivesMs = 7 * 86_400_000
/** After three days of trying, who waits has asked again. */
const mostAttempts = 40
const longestPauseMs = 2 * 60 * 60_000
const system = { kind: 'system' as const, id: 'worker', requestId: null }

/**
 * Sends the letters that are due. Each gets a token of its own, made now and kept as a hash alone: 256 random bits, for one
 * subscription, for a week. A letter that is sent twice by a crash in between has two links, and both work.
 */
export async function sendHolderMails(deps: MailDeps, onError: (error: unknown) => void): Promise<number> {
  const now = deps.now()
  const due = await change(deps.database.db, system, now, async (tx) =>
    unchanged(await claimMails(tx, now, later(now, leaseMs), 5)),
  )
  for (const mail of due) await send(deps, mail).catch(onError)
  return due.length
}

async function send(deps: MailDeps, mail: MailRow): Promise<void> {
  const now = deps.now()
  const { db } = deps.database
  const addressee = await findAddressee(db, mail.subscriptionId)
  if (addressee === undefined || addressee.email === null) return settle(deps, mail, null)
  const token = deps.newKey()
  const expiresAt = later(now, linkLivesMs)
  await change(db, system, now, async (tx) => {
    const hash = createHash('sha256').update(token).digest('hex')
    await insertHolderToken(tx, { hash, subscriptionId: mail.subscriptionId, expiresAt })
    const subject = { siteId: null, subjectKind: 'subscription', subjectId: mail.subscriptionId }
    return { result: undefined, audit: [{ ...subject, action: 'holder_link.made', after: { expiresAt } }], marks: [] }
  })
  // Behind the #, which no browser sends anywhere and no log keeps.
  const link = `${new URL('/manage', deps.dashboardUrl).href}#${token}`
  try {
    await deps.mail({ to: addressee.email, ...holderLetter(addressee.language, addressee.planName, link) })
  } catch (error) {
    const pauseMs = Math.min(5_000 * 2 ** Math.min(mail.attempts, 20), longestPauseMs)
    await settle(deps, mail, mail.attempts >= mostAttempts ? null : later(now, pauseMs))
    throw error
  }
  await settle(deps, mail, null)
}

async function settle(deps: MailDeps, mail: MailRow, dueAt: Date | null): Promise<void> {
  await change(deps.database.db, system, deps.now(), async (tx) => unchanged(await setMailDue(tx, mail.id, dueAt)))
}
