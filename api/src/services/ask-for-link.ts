import type { LinkRequest } from '@turnpike/contracts/holder.ts'
import { later } from '../domain/command-life.ts'
import { type Audit, change, unchanged } from '../repositories/change.ts'
import { insertMail, isMailedSince } from '../repositories/holder-mails.ts'
import { listHeldBy } from '../repositories/subscriptions.ts'
import type { Deps } from './deps.ts'

/** Nobody's mailbox is filled by somebody who knows the address. */
const pauseMs = 60_000

/** A new link to every subscription with this address, by mail. The answer is the same for an address that nobody has. */
export async function askForLink(deps: Deps, { email }: LinkRequest, requestId: string): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'driver', id: null, requestId }, now, async (tx) => {
    const audit: Audit[] = []
    for (const subscriptionId of await listHeldBy(tx, email, now)) {
      if (await isMailedSince(tx, subscriptionId, later(now, -pauseMs))) continue
      await insertMail(tx, { id: deps.newId(), subscriptionId, dueAt: now, createdAt: now })
      audit.push({ action: 'holder_link.asked', siteId: null, subjectKind: 'subscription', subjectId: subscriptionId })
    }
    const [first, ...rest] = audit
    return first === undefined ? unchanged(undefined) : { result: undefined, audit: [first, ...rest], marks: [] }
  })
}
