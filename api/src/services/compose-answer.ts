import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { reasonTexts } from '@turnpike/contracts/decision.ts'
import { payUrl } from '../domain/pay-url.ts'
import type { StoredDecision } from '../repositories/decision-answer.ts'

/** The answer to a read; `decision` is null for one that never decides (its direction opposes the gate's). */
export type ReadAnswer = { decision: TurnpikeAnswer | null }

/** What of a decision is answered, whether it was just made, stored before, or made without Postgres. */
export type Answered = Omit<StoredDecision, 'mayStillOpen'>

/** A decision as a camera hears it. `openBarrier` is true of now only, and never stored. */
export function toAnswer(
  { dashboardUrl }: { dashboardUrl: string },
  stored: Answered,
  openBarrier: boolean,
  duplicate: boolean,
): TurnpikeAnswer {
  const { quote } = stored
  return {
    decisionId: stored.id,
    outcome: stored.outcome,
    reason: stored.reason,
    openBarrier,
    commandId: stored.commandId,
    message: reasonTexts[stored.reason],
    matchedPlate: stored.matchedPlate,
    sessionId: stored.sessionId,
    mode: stored.mode,
    quote: quote && {
      id: quote.id,
      amountMinor: quote.amountMinor,
      currency: quote.currency,
      expiresAt: quote.expiresAt.toISOString(),
      payUrl: payUrl(dashboardUrl, quote.id, stored.id),
    },
    duplicate,
  }
}
