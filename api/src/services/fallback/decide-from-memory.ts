import type { JournalRecord } from '@turnpike/contracts/journal.ts'
import { rulesVersion, type Verdict } from '../../domain/decide.ts'
import { decideWithoutDatabase, policyFor } from '../../domain/fallback.ts'
import { commandFor, placeInPass } from '../../domain/pass.ts'
import type { Lane } from '../../repositories/remembered.ts'
import { type ReadAnswer, toAnswer } from '../compose-answer.ts'
import { madeFrom, openFor } from '../compose-decision.ts'
import type { Deps } from '../deps.ts'
import type { DatabaseFailure, ReadInHand } from './read-in-hand.ts'
import { rememberedFacts, rememberedRead } from './remembered-facts.ts'

type Command = { id: string; expiresAt: Date }
const unknownHere = { sessionId: null, quote: null, matchedPlate: null }

/**
 * Decides a read by the gate's policy for this failure, from the process's memory. Resolves once the record is on the disk. A
 * further read of the same pass gets the answer that its pass has, and opens nothing.
 */
export async function decideFromMemory(
  deps: Deps,
  lane: Lane,
  failure: DatabaseFailure,
  hand: ReadInHand,
): Promise<ReadAnswer> {
  const { camera, gate } = lane
  const { motion } = hand.input
  const now = deps.now()
  const pass = deps.passes.newest(gate.id)
  const facts = rememberedFacts(deps, lane, hand, now)
  const read = rememberedRead(hand, pass)
  const policy = policyFor(facts, read, failure === 'slow' ? gate.onSlow : gate.onDbDown, gate.onCameraUnsure)
  const verdict = decideWithoutDatabase(facts, read, policy)
  const place = placeInPass(facts, read, verdict, now)

  const opposes = motion !== null && (camera.directionMap[motion] ?? camera.direction) !== camera.direction
  if (opposes || place.kind === 'stray') {
    await deps.journal.append({ ...recordOf(lane, hand, now), kind: 'read', decisionId: null })
    return { decision: null }
  }
  if (place.kind === 'suppressed' || place.kind === 'correction') {
    const decisionId = place.kind === 'suppressed' ? place.decisionId : pass!.decisionId
    const earlier = [
      pass,
      deps.passes.ofTrack(camera.id, hand.input.trackId, now),
      deps.passes.letThrough(gate.id, hand.plate.plate, now),
    ]
    const answered = earlier.find((one) => one?.decisionId === decisionId)!
    if (answered === pass) deps.passes.noteSpelling(gate.id, hand.plate.plate)
    await deps.journal.append({ ...recordOf(lane, hand, now), kind: 'read', decisionId })
    const { outcome, reason, mode, sessionId, command } = answered
    const told = { ...unknownHere, id: decisionId, outcome, reason, mode, sessionId, commandId: command?.id ?? null }
    return { decision: toAnswer(deps, told, false, false) }
  }

  const wanted = commandFor(facts, read, verdict, now)
  const issued = wanted === 'issue' ? openFor(hand.ids.command, now) : null
  const command = wanted === 'keep' ? pass!.command : issued
  const { outcome, reason, mode } = verdict
  const decision = { id: deps.newId(), outcome, reason, mode, rulesVersion }
  const samePass = place.kind === 'upgrade'
  // In memory before it is on the disk: of two reads of one vehicle at once, only one opens.
  if (mode !== 'history')
    deps.passes.note(gate.id, {
      decisionId: decision.id,
      cameraId: camera.id,
      plate: hand.plate,
      plateId: read.plateId,
      trackId: read.trackId,
      confidence: read.confidence,
      pending: false,
      firstReadAt: samePass ? pass!.firstReadAt : hand.receivedAt,
      outcome,
      reason,
      mode,
      sessionId: null,
      subscriptionId: facts.subscription?.id ?? null,
      decidedAt: now,
      passageAt: null,
      command,
    })
  await deps.journal.append({
    ...recordOf(lane, hand, now),
    kind: 'decision',
    decision: { ...decision, facts: JSON.parse(JSON.stringify(madeFrom(facts, read, { failure, policy }))) },
    samePass,
    command: command && { id: command.id, expiresAt: command.expiresAt.toISOString() },
  })
  if (issued !== null && gate.actuation === 'controller') offer(deps, lane, issued, decision.id, verdict, now)
  const told = { ...unknownHere, id: decision.id, outcome, reason, mode, commandId: command?.id ?? null }
  return { decision: toAnswer(deps, told, command !== null, false) }
}

function offer(deps: Deps, { gate }: Lane, command: Command, decisionId: string, { reason }: Verdict, now: Date) {
  deps.offerCommand({
    id: command.id,
    siteId: gate.siteId,
    gateId: gate.id,
    action: 'open',
    reason,
    streamed: true,
    decisionId,
    paymentId: null,
    operatorId: null,
    issuedAt: now,
    expiresAt: command.expiresAt,
    holdUntil: null,
    outcome: null,
    outcomeAt: null,
    detail: null,
  })
}

function recordOf({ camera, gate }: Lane, { input, receivedAt, requestId, ids }: ReadInHand, now: Date) {
  return {
    siteId: gate.siteId,
    gateId: gate.id,
    requestId,
    at: now.toISOString(),
    read: {
      id: ids.read,
      cameraId: camera.id,
      eventId: input.eventId,
      trackId: input.trackId,
      plateRaw: input.plateRaw,
      confidence: input.confidence,
      closesTrack: input.closesTrack,
      retransmitted: input.retransmitted,
      capturedAt: input.capturedAt.toISOString(),
      receivedAt: receivedAt.toISOString(),
    },
  } satisfies Partial<JournalRecord>
}
