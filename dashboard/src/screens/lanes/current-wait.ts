import type { GateDocument } from '@turnpike/contracts/live-documents.ts'
import { useEachServerSecond } from '../../live/live-context.tsx'

type Waiting = GateDocument['waiting']

/** The wait as long as it lasts by the server's clock: nothing is sent when one runs out. */
export function useCurrentWait(waiting: Waiting): Waiting {
  const lasts = useEachServerSecond((now) => stillWaits(waiting, now))
  return lasts ? waiting : null
}

/** Whether a payment still opens the barrier for a car that waits. @param nowMs the server's time */
export function stillWaits(waiting: Waiting, nowMs: number): boolean {
  return waiting !== null && nowMs < Date.parse(waiting.until)
}
