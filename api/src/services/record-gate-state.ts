import type { GateStateReport } from '@turnpike/contracts/gate-command.ts'
import { change, unchanged } from '../repositories/change.ts'
import { type GateRow, lockGate, setObservedState } from '../repositories/gates.ts'
import type { Deps } from './deps.ts'

/** Stores what the barrier itself reports. What a fire input holds open is observed, never fought. */
export async function recordGateState(
  deps: Deps,
  gate: GateRow,
  report: GateStateReport,
  requestId: string,
): Promise<void> {
  const now = deps.now()
  await change(deps.database.db, { kind: 'controller', id: gate.id, requestId }, now, async (tx) => {
    const { gate: before } = (await lockGate(tx, gate.id))!
    const loop = report.loopOccupied ?? before.loopOccupied
    if (before.observedState === report.state && before.loopOccupied === loop) return unchanged(undefined)
    await setObservedState(tx, gate.id, report.state, report.loopOccupied, now)
    return {
      result: undefined,
      audit: [
        {
          action: 'gate.observed',
          siteId: gate.siteId,
          subjectKind: 'gate',
          subjectId: gate.id,
          before: { state: before.observedState, loopOccupied: before.loopOccupied },
          after: { state: report.state, loopOccupied: loop },
        },
      ],
      marks: [{ kind: 'gate', id: gate.id }],
    }
  })
}
