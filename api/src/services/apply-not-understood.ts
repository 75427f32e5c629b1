import type { ProviderName, ProviderObjectKind } from '@turnpike/contracts/payment-event.ts'
import type { Tx } from '../db/client.ts'
import { resolveAlert } from '../repositories/alerts.ts'
import type { Audit, Mark } from '../repositories/change.ts'
import { parkAgain, settleNotUnderstood } from '../repositories/not-understood.ts'
import { insertEventOnce } from '../repositories/payments.ts'
import type { MoneyDeps } from './deps.ts'
import { alertOnce, taken } from './payment-effect.ts'

/** Something of a provider's that we asked for. `name`: what tells it from all else in the inbox. */
type Asked = { provider: ProviderName; name: string; type: string }

/** What was fetched, in a shape that nobody knows. `repositories/not-understood.ts` finds it again by this. */
export const fetchedAs = (object: { provider: ProviderName; kind: ProviderObjectKind; objectId: string }): Asked => ({
  provider: object.provider,
  name: `fetched ${object.objectId}`,
  type: `fetched.${object.kind}`,
})

/** Parks it where an operator sees it, unless it is there already. */
export async function quarantine(
  deps: MoneyDeps,
  tx: Tx,
  { provider, name, type }: Asked,
  reason: string,
  now: Date,
): Promise<{ audit: Audit[]; marks: Mark[] }> {
  const event = {
    provider,
    eventId: `${name} not_understood`.slice(0, 255),
    eventType: type,
    change: { kind: 'not_understood' as const, reason },
  }
  const made = await insertEventOnce(tx, { ...event, id: deps.newId(), state: 'parked', receivedAt: now })
  const id = made ?? (await parkAgain(tx, provider, event.eventId))
  if (id === undefined) return { audit: [], marks: [] }
  const marks = await alertOnce(deps, tx, 'payment_parked', { kind: 'payment_event', id, siteId: null }, now)
  return { audit: [taken(event, id, null, 'parked')], marks }
}

/** It is understood now: nobody need look at it any more. */
export async function leaveQuarantine(tx: Tx, { provider, name }: Asked, now: Date): Promise<Mark[]> {
  const id = await settleNotUnderstood(tx, provider, `${name} not_understood`.slice(0, 255))
  const alertId = id && (await resolveAlert(tx, 'payment_parked', id, now))
  return alertId === undefined ? [] : [{ kind: 'alert', id: alertId }]
}
