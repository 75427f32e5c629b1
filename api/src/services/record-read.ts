import type { CameraRead, TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { reasonTexts } from '@turnpike/contracts/decision.ts'
import { later, openLivesMs } from '../domain/command-life.ts'
import { decide } from '../domain/decide.ts'
import { areAlike } from '../domain/look-alike.ts'
import { needsOpenAgain, placeInPass } from '../domain/pass.ts'
import { payUrl } from '../domain/pay-url.ts'
import { type Plate, toPlate } from '../domain/plate.ts'
import { Refusal } from '../errors.ts'
import type { CameraRow } from '../repositories/cameras.ts'
import { loadDecision, type StoredDecision } from '../repositories/decision-answer.ts'
import { type LoadedFacts, loadFacts } from '../repositories/decision-facts.ts'
import {
  type DecisionToWrite,
  type ReadToWrite,
  writeCorrection,
  writeDecision,
  writeReadOnly,
  writeSuppressedRead,
} from '../repositories/decision-write.ts'
import { GuardFailed } from '../repositories/guarded-statement.ts'
import { toDecision } from './compose-decision.ts'
import type { Deps } from './deps.ts'

/** After a race was lost: the winner is about to commit. */
const pauseMs = () => 2 + Math.random() * 6

/** The answer to a read; `decision` is null for one that never decides (its direction opposes the gate's). */
export type ReadAnswer = { decision: TurnpikeAnswer | null }

/**
 * Decides a read in two round trips: load the facts, then write everything in one guarded statement. When a guard finds that the
 * facts have changed in between, loads and decides again. A repeat of an event id gets the stored decision and moves nothing.
 */
export async function recordRead(
  deps: Deps,
  known: CameraRow,
  lookAgain: () => Promise<CameraRow>,
  input: CameraRead,
  requestId: string,
): Promise<ReadAnswer> {
  const receivedAt = deps.now()
  const plate = toPlate(input.plateRaw)
  if (plate === undefined)
    throw new Refusal('invalid_request', 'The plate has no letter and no digit. Send what is written on it.')
  const attempt = {
    deps,
    input,
    plate,
    receivedAt,
    requestId,
    ids: { read: deps.newId(), plate: deps.newId(), rawPlate: deps.newId() },
  }

  let camera = known
  const decideBefore = performance.now() + deps.decisionDeadlineMs
  for (;;) {
    const loaded = await loadFacts(
      deps.database.pool,
      camera.direction,
      { cameraId: camera.id, eventId: input.eventId, plate, isLike: (other) => areAlike(plate, other) },
      receivedAt,
    )
    try {
      if (loaded !== undefined && isAsRemembered(camera, loaded)) return await decideOnce(attempt, camera, loaded)
      // What was remembered of the camera is out of date, perhaps the key that was shown among it.
      camera = await lookAgain()
      if (performance.now() >= decideBefore) throw tooLate(undefined)
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error
      if (error.guard === 'deadline' || performance.now() >= decideBefore) throw tooLate(error)
      await deps.pause(pauseMs())
    }
  }
}

function isAsRemembered(camera: CameraRow, { camera: stored, facts }: LoadedFacts): boolean {
  return !stored.revoked && stored.version === camera.version && facts.gate.direction === camera.direction
}

function tooLate(cause: unknown): Refusal {
  return new Refusal('unavailable', 'The decision could not be made in time. Send the event again.', { cause })
}

type Attempt = {
  deps: Deps
  input: CameraRead
  plate: Plate
  receivedAt: Date
  requestId: string
  ids: { read: string; plate: string; rawPlate: string }
}

async function decideOnce(attempt: Attempt, camera: CameraRow, loaded: LoadedFacts): Promise<ReadAnswer> {
  const { deps, input, receivedAt } = attempt
  const { pool } = deps.database
  const now = deps.now()
  if (loaded.seenBefore) {
    if (loaded.earlierDecisionId === null) return { decision: null }
    const stored = await loadDecision(pool, loaded.earlierDecisionId, loaded.earlierCommandId, now)
    const hadOpen = loaded.wasDecided || loaded.earlierCommandId !== null
    return { decision: toAnswer(attempt, stored, stored.mayStillOpen && hadOpen && isYoung(loaded, input, now), true) }
  }

  const read = toRead(attempt, camera, loaded)
  // The database's own clock judges lateness, so that a clock that differs on this machine does not.
  const deadline = new Date(
    loaded.databaseTime.getTime() + deps.decisionDeadlineMs - (now.getTime() - receivedAt.getTime()),
  )
  if (input.motion !== null && (camera.directionMap[input.motion] ?? camera.direction) !== camera.direction) {
    await writeReadOnly(pool, loaded, read, deadline)
    return { decision: null }
  }

  const { facts } = loaded
  const verdict = decide(facts, read, now)
  const place = placeInPass(facts, read, verdict, now)
  switch (place.kind) {
    case 'stray':
      await writeReadOnly(pool, loaded, read, deadline)
      return { decision: null }
    case 'suppressed': {
      const again = needsOpenAgain(facts)
        ? { id: deps.newId(), expiresAt: later(now, openLivesMs), reason: 'repeated' }
        : null
      const stored = await writeSuppressedRead(pool, loaded, read, facts.pass!.decisionId, again, now, deadline)
      if (again !== null) deps.wakeCommandStreams()
      const commandId = again?.id ?? stored.commandId
      return { decision: toAnswer(attempt, { ...stored, commandId }, again !== null, false) }
    }
    case 'correction': {
      const stored = await writeCorrection(pool, loaded, read, place.sessionId, attempt.requestId, now, deadline)
      return { decision: toAnswer(attempt, stored, false, false) }
    }
    case 'new':
    case 'upgrade': {
      const decision = toDecision(deps, loaded, read, verdict, now, attempt.requestId, {
        kind: 'camera',
        id: camera.id,
      })
      await writeDecision(pool, loaded, read, decision, now, deadline)
      if (decision.command?.kind === 'issue') deps.wakeCommandStreams()
      return { decision: toAnswer(attempt, answerOf(loaded, decision), decision.command !== null, false) }
    }
  }
}

function isYoung(loaded: LoadedFacts, input: CameraRead, now: Date): boolean {
  return now.getTime() - input.capturedAt.getTime() <= loaded.facts.site.maxReadAgeSeconds * 1000
}

function toRead({ ids, input, plate, receivedAt }: Attempt, camera: CameraRow, loaded: LoadedFacts): ReadToWrite {
  const plateId = loaded.plateId ?? ids.plate
  return {
    id: ids.read,
    cameraId: camera.id,
    eventId: input.eventId,
    trackId: input.trackId,
    plate,
    plateId,
    rawPlateId: plate.raw === plate.plate ? plateId : (loaded.rawPlateId ?? ids.rawPlate),
    confidence: input.confidence,
    closesTrack: input.closesTrack,
    retransmitted: input.retransmitted,
    capturedAt: input.capturedAt,
    receivedAt,
    stored: false,
  }
}

function answerOf(loaded: LoadedFacts, decision: DecisionToWrite): Omit<StoredDecision, 'mayStillOpen'> {
  const { verdict, quote } = decision
  const { effect } = verdict
  return {
    id: decision.id,
    outcome: verdict.outcome,
    reason: verdict.reason,
    mode: verdict.mode,
    sessionId: decision.sessionId,
    commandId: decision.command?.id ?? null,
    matchedPlate: decision.matched === null ? null : loaded.matchedPlate,
    quote:
      quote === null || effect.kind !== 'quote'
        ? null
        : { ...quote, amountMinor: effect.amountMinor, currency: loaded.facts.site.currency },
  }
}

function toAnswer(
  { deps }: Attempt,
  stored: Omit<StoredDecision, 'mayStillOpen'>,
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
      payUrl: payUrl(deps.dashboardUrl, quote.id),
    },
    duplicate,
  }
}
