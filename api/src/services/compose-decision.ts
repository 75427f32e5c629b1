import { later, openLivesMs } from '../domain/command-life.ts'
import { type Effect, rulesVersion, type Verdict } from '../domain/decide.ts'
import type { Facts, ReadFacts, StoredFacts } from '../domain/facts.ts'
import { commandFor, leftUnseen, placeInPass } from '../domain/pass.ts'
import { mustLastUntil } from '../domain/quote-state.ts'
import { showsJump } from '../domain/read-age.ts'
import type { LoadedFacts } from '../repositories/decision-facts.ts'
import type { DecisionToWrite, ReadToWrite } from '../repositories/decision-write.ts'
import type { Deps } from './deps.ts'

/** All that one decision writes, with the ids it needs. `read` is as the rules, or the policy in their place, saw it. */
export function toDecision(
  deps: Pick<Deps, 'newId'>,
  loaded: LoadedFacts,
  read: ReadToWrite,
  verdict: Verdict,
  now: Date,
  requestId: string | null,
  actor: DecisionToWrite['actor'],
  commandId: string,
  decidedBy: StoredFacts['decidedBy'] = 'rules',
): DecisionToWrite {
  const { facts } = loaded
  const { effect } = verdict
  const id = deps.newId()
  const sessionId = effect.kind === 'open_session' ? deps.newId() : (facts.session?.id ?? null)
  const matched = matchOf(facts, read)
  return {
    id,
    verdict,
    rulesVersion,
    madeFrom: madeFrom(facts, read, decidedBy),
    matched,
    vehiclePlateId: effect.kind === 'open_session' && matched !== null ? matched.plateId : read.plateId,
    samePass: placeInPass(facts, read, verdict, now).kind === 'upgrade',
    sessionId,
    quote: effect.kind === 'quote' ? quoteFor(deps, effect, loaded, now) : null,
    prepaidQuoteId: effect.kind === 'open_session' && effect.subscriptionId === null ? facts.prepaidQuoteId : null,
    command: commandOf(commandId, loaded, read, verdict, now, actor),
    onlyIfWaiting: false,
    leftUnseenSessionId: leftUnseen(facts, read, now),
    alerts: alertsOf(deps, facts, read, verdict, id, sessionId),
    actor,
    requestId,
    broughtIn: null,
  }
}

export function madeFrom(facts: Facts, read: ReadFacts, decidedBy: StoredFacts['decidedBy']): StoredFacts {
  const { plateId, trackId, confidence, closesTrack, retransmitted, capturedAt, receivedAt } = read
  const seen = { plateId, trackId, confidence, closesTrack, retransmitted, capturedAt, receivedAt }
  return { ...facts, read: seen, decidedBy }
}

/** The quote that stands already, if it lasts for as long as the car may wait: what is paid while it stands there shall count. */
function quoteFor(
  deps: Pick<Deps, 'newId'>,
  effect: Extract<Effect, { kind: 'quote' }>,
  { facts: { site }, waitSeconds }: LoadedFacts,
  now: Date,
): DecisionToWrite['quote'] {
  const open = effect.session?.openQuote
  if (open?.amountMinor === effect.amountMinor && open.expiresAt >= mustLastUntil(site, now, waitSeconds))
    return { id: open.id, expiresAt: open.expiresAt, standing: true }
  return { id: deps.newId(), expiresAt: later(now, site.quoteValidSeconds * 1000), standing: false }
}

function matchOf(facts: Facts, read: ReadToWrite): DecisionToWrite['matched'] {
  const match = facts.session ?? facts.subscription
  if (match !== null) return { plateId: match.plateId, kind: match.match }
  return facts.blacklisted ? { plateId: read.plateId, kind: 'exact' } : null
}

/** An `open` that lives from now on. */
export function openFor(id: string, now: Date): { id: string; expiresAt: Date } {
  return { id, expiresAt: later(now, openLivesMs) }
}

function commandOf(
  id: string,
  { facts, actuation }: LoadedFacts,
  read: ReadToWrite,
  verdict: Verdict,
  now: Date,
  actor: DecisionToWrite['actor'],
): DecisionToWrite['command'] {
  const kind = commandFor(facts, read, verdict, now)
  if (kind === 'keep') return { kind, id: facts.pass!.command!.id }
  if (kind === 'none') return null
  // Where the reply to the camera opens the barrier, a decision that answers no camera has only the stream.
  const streamed = actuation === 'controller' || actor.kind === 'system'
  return { kind, ...openFor(id, now), reason: verdict.reason, streamed }
}

function alertsOf(
  deps: Pick<Deps, 'newId'>,
  facts: Facts,
  read: ReadToWrite,
  verdict: Verdict,
  decisionId: string,
  sessionId: string | null,
): DecisionToWrite['alerts'] {
  if (verdict.mode === 'history') return []
  const ofDecision = { subjectKind: 'decision', subjectId: decisionId }
  if (facts.blacklistedLookAlike && !facts.blacklisted)
    return [{ id: deps.newId(), ...ofDecision, kind: 'look_alike_blacklisted' }]
  if (verdict.reason === 'exit_without_session')
    return [{ id: deps.newId(), ...ofDecision, kind: 'exit_without_session' }]
  const { effect } = verdict
  const needsReview = (effect.kind === 'quote' || effect.kind === 'close_session') && effect.needsReview
  if (needsReview && sessionId !== null) {
    const kind = verdict.reason === 'review_timed_out' ? verdict.reason : 'session_needs_review'
    return [{ id: deps.newId(), subjectKind: 'session', subjectId: sessionId, kind }]
  }
  return showsJump(facts, read)
    ? [{ id: deps.newId(), subjectKind: 'camera', subjectId: read.cameraId, kind: 'camera_clock_jumped' }]
    : []
}
