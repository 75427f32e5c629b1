import { later } from '../domain/command-life.ts'
import { change, unchanged } from '../repositories/change.ts'
import { claimCalls } from '../repositories/outbound-calls.ts'
import { type AskDeps, askProvider, callLeaseMs } from './ask-provider.ts'

/** Finishes calls to providers that are due: what a crash left, what a provider that was down has not done, what begins by time. */
export async function completeCalls(deps: AskDeps): Promise<number> {
  const now = deps.now()
  const due = await change(deps.database.db, { kind: 'system', id: 'worker', requestId: null }, now, async (tx) =>
    unchanged(await claimCalls(tx, now, later(now, callLeaseMs), 8)),
  )
  await Promise.all(due.map((call) => askProvider(deps, call)))
  return due.length
}
