import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import { decide } from '../domain/decide.ts'
import { areAlike } from '../domain/look-alike.ts'
import { placeInPass } from '../domain/pass.ts'
import { toPlate } from '../domain/plate.ts'
import { isYoungAt } from '../domain/read-age.ts'
import { Refusal } from '../errors.ts'
import type { CameraRow } from '../repositories/cameras.ts'
import { loadDecision } from '../repositories/decision-answer.ts'
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
import { type Answered, type ReadAnswer, toAnswer } from './compose-answer.ts'
import { openFor, toDecision } from './compose-decision.ts'
import type { Deps } from './deps.ts'
import type { ReadInHand } from './fallback/read-in-hand.ts'

/** After a race was lost: the winner is about to commit. */
const pauseMs = () => 2 + Math.random() * 6

/** A connection may have broken while nobody used it: once more, on another one, before the database counts as away. */
const triesOnBrokenConnection = 2

/** Postgres had too little time to decide; nothing was written. */
export class TooLate extends Error {}

/**
 * Decides a read in two round trips: load the facts, then write everything in one guarded statement. When a guard finds that the
 * facts have changed in between, loads and decides again. A repeat of an event id gets the stored decision and moves nothing; a
 * commit whose answer was lost is such a repeat. Gives up `withinMs` after the read came, having written nothing; when `answered`
 * aborts, the read has got its answer from elsewhere.
 */
export async function recordRead(
  deps: Deps,
  known: CameraRow,
  lookAgain: () => Promise<CameraRow>,
  hand: ReadInHand,
  withinMs: number,
  answered: AbortSignal,
): Promise<ReadAnswer> {
  const { input, plate, receivedAt } = hand
  const candidates = (input.candidates ?? []).flatMap((text) => toPlate(text)?.plate ?? [])
  const made = new Set<string>()
  const newId = () => {
    const id = deps.newId()
    made.add(id)
    return id
  }

  let camera = known
  let broken = 0
  const decideBefore = hand.began + withinMs
  const attempt: Attempt = { ...hand, deps: { ...deps, newId }, made, decideBefore, answered }
  for (;;) {
    try {
      if (answered.aborted) throw new TooLate()
      const asked = performance.now()
      const loaded = await loadFacts(
        deps.gateDatabase.pool,
        camera.direction,
        {
          cameraId: camera.id,
          eventId: input.eventId,
          trackId: input.trackId,
          plate,
          candidates,
          isLike: (other) => areAlike(plate, other),
        },
        receivedAt,
      )
      deps.roundTrips.note(performance.now() - asked)
      if (loaded !== undefined && isAsRemembered(camera, loaded)) return await decideOnce(attempt, camera, loaded)
      // What was remembered of the camera is out of date, perhaps the key that was shown among it.
      camera = await lookAgain()
      if (performance.now() >= decideBefore) throw new TooLate()
    } catch (error) {
      if (error instanceof Refusal || error instanceof TooLate) throw error
      if (error instanceof GuardFailed) {
        if (error.guard === 'deadline' || performance.now() >= decideBefore)
          throw new TooLate(undefined, { cause: error })
        deps.noteGuard(error.guard)
      } else {
        broken += 1
        if (broken >= triesOnBrokenConnection || performance.now() >= decideBefore) throw error
      }
      await deps.pause(pauseMs())
    }
  }
}

function isAsRemembered(camera: CameraRow, { camera: stored, facts }: LoadedFacts): boolean {
  return !stored.revoked && stored.version === camera.version && facts.gate.direction === camera.direction
}

type Attempt = ReadInHand & {
  deps: Deps
  /** Ids that this attempt has given out: a decision with one of them is its own. */
  made: Set<string>
  /** Of `performance.now()`. */
  decideBefore: number
  answered: AbortSignal
}

async function decideOnce(attempt: Attempt, camera: CameraRow, loaded: LoadedFacts): Promise<ReadAnswer> {
  const { deps, input } = attempt
  const { pool } = deps.gateDatabase
  const now = deps.now()
  if (loaded.seenBefore) {
    if (loaded.earlierDecisionId === null) return { decision: null }
    const stored = await loadDecision(pool, loaded.earlierDecisionId, loaded.earlierCommandId, now)
    const hadOpen = loaded.wasDecided || loaded.earlierCommandId !== null
    const opens = stored.mayStillOpen && hadOpen && isYoung(loaded, input, now)
    return { decision: toAnswer(deps, stored, opens, !attempt.made.has(stored.id)) }
  }

  const read = toRead(attempt, camera, loaded)
  // The database's own clock judges lateness, so that a clock that differs on this machine does not.
  const deadline = new Date(loaded.databaseTime.getTime() + attempt.decideBefore - performance.now())
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
      const streamed = loaded.actuation === 'controller'
      const again = place.opensAgain ? { ...openFor(attempt.ids.command, now), reason: 'repeated', streamed } : null
      const stored = await writeSuppressedRead(
        pool,
        loaded,
        read,
        place.decisionId,
        again,
        attempt.requestId,
        now,
        deadline,
      )
      if (again !== null) deps.wakeCommandStreams()
      const commandId = again?.id ?? stored.commandId
      return { decision: toAnswer(deps, { ...stored, commandId }, again !== null, false) }
    }
    case 'correction': {
      const alertId = deps.newId()
      const stored = await writeCorrection(pool, loaded, read, place, alertId, attempt.requestId, now, deadline)
      return { decision: toAnswer(deps, stored, false, false) }
    }
    case 'new':
    case 'upgrade': {
      const actor = { kind: 'camera', id: camera.id } as const
      const decision = toDecision(deps, loaded, read, verdict, now, attempt.requestId, actor, attempt.ids.command)
      await writeDecision(pool, loaded, read, decision, now, deadline)
      if (!attempt.answered.aborted) remember(attempt, loaded, read, decision, now)
      if (decision.command?.kind === 'issue') deps.wakeCommandStreams()
      return { decision: toAnswer(deps, answerOf(loaded, decision), decision.command !== null, false) }
    }
  }
}

function isYoung({ facts, earlierReceivedAt }: LoadedFacts, input: CameraRead, now: Date): boolean {
  return isYoungAt(facts, { ...input, receivedAt: earlierReceivedAt! }, now)
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

function answerOf(loaded: LoadedFacts, decision: DecisionToWrite): Answered {
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

/** Should Postgres fail now, this vehicle was decided already. */
function remember(
  { deps, plate, receivedAt }: Attempt,
  { facts, gateId }: LoadedFacts,
  read: ReadToWrite,
  { id, verdict, samePass, sessionId, command }: DecisionToWrite,
  now: Date,
) {
  const { outcome, reason, mode } = verdict
  if (mode === 'history') return
  const kept = facts.pass?.command?.id === command?.id ? deps.passes.newest(gateId)?.command : undefined
  deps.passes.note(gateId, {
    decisionId: id,
    cameraId: read.cameraId,
    plate,
    plateId: read.plateId,
    trackId: read.trackId,
    confidence: read.confidence,
    pending: reason === 'awaiting_better_read',
    firstReadAt: samePass ? facts.pass!.firstReadAt : receivedAt,
    outcome,
    reason,
    mode,
    sessionId,
    subscriptionId: verdict.effect.kind === 'open_session' ? verdict.effect.subscriptionId : null,
    decidedAt: now,
    passageAt: null,
    command: command?.kind === 'issue' ? { id: command.id, expiresAt: command.expiresAt } : (kept ?? null),
  })
}
