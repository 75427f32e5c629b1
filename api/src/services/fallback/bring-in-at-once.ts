import type { Outcome } from '@turnpike/contracts/decision.ts'
import type { JournalEntry, JournalRecord } from '@turnpike/contracts/journal.ts'
import { coverAt } from '../../domain/bill.ts'
import { later } from '../../domain/command-life.ts'
import type { Effect, Verdict } from '../../domain/decide.ts'
import type { StoredFacts } from '../../domain/facts.ts'
import { toPlate } from '../../domain/plate.ts'
import { type LoadedFacts, loadFacts } from '../../repositories/decision-facts.ts'
import { type DecisionToWrite, type ReadToWrite, writeDecision } from '../../repositories/decision-write.ts'
import { GuardFailed } from '../../repositories/guarded-statement.ts'
import type { Deps } from '../deps.ts'
import { alertsAbout, type Settled } from './settle-stay.ts'

type Needs = Pick<Deps, 'database' | 'now' | 'newId'>
type DecisionRecord = Extract<JournalRecord, { kind: 'decision' }>

const writtenWithinMs = 10_000

/**
 * Brings a decision in as the decision path writes one, in two round trips: in an outage there are as many of them as there are cars.
 * Says false, and has written nothing, where anything is out of the ordinary: it is there already, its gate has had a later car, its
 * vehicle was inside, or left in the meantime.
 */
export async function bringInAtOnce(
  deps: Needs,
  entry: Omit<JournalEntry, 'record'>,
  record: DecisionRecord,
): Promise<boolean> {
  const { pool } = deps.database
  const at = new Date(record.at)
  const plate = toPlate(record.read.plateRaw)
  const { gate } = record.decision.facts as StoredFacts
  if (plate === undefined || record.decision.mode === 'history') return false
  const { cameraId, eventId, trackId } = record.read
  const sought = { cameraId, eventId, trackId, plate, candidates: [], isLike: () => false }
  const loaded = await loadFacts(pool, gate.direction, sought, at)
  if (loaded === undefined || !isOrdinary(loaded, record, gate.direction)) return false

  const plateId = loaded.plateId ?? deps.newId()
  const rawPlateId = plate.raw === plate.plate ? plateId : (loaded.rawPlateId ?? deps.newId())
  const read: ReadToWrite = {
    ...record.read,
    plate,
    plateId,
    rawPlateId,
    capturedAt: new Date(record.read.capturedAt),
    receivedAt: new Date(record.read.receivedAt),
    stored: false,
  }
  const decision = toDecision(deps, loaded, read, record)
  const broughtIn = { at: deps.now(), deviceId: entry.deviceId, sequence: entry.sequence }
  try {
    await writeDecision(pool, loaded, read, { ...decision, broughtIn }, at, later(loaded.databaseTime, writtenWithinMs))
    return true
  } catch (error) {
    if (error instanceof GuardFailed) return false
    throw error
  }
}

function isOrdinary({ facts, gateId, siteId, seenBefore }: LoadedFacts, record: DecisionRecord, direction: string) {
  const { pass, session, gate } = facts
  const at = new Date(record.at)
  if (seenBefore || gateId !== record.gateId || siteId !== record.siteId || gate.direction !== direction) return false
  if (pass === null ? record.samePass : pass.decidedAt > at) return false
  if (record.decision.outcome !== 'ALLOW' || session === null) return true
  return direction === 'exit' && session.openedAt <= at
}

function toDecision(
  deps: Needs,
  loaded: LoadedFacts,
  read: ReadToWrite,
  record: DecisionRecord,
): Omit<DecisionToWrite, 'broughtIn'> {
  const { id, outcome, reason, mode, rulesVersion, facts } = record.decision
  const effect = outcome === 'ALLOW' ? effectOf(loaded, new Date(record.at)) : ({ kind: 'none' } as const)
  const verdict: Verdict = { outcome, reason, mode, effect }
  const sessionId =
    effect.kind === 'open_session' ? deps.newId() : effect.kind === 'close_session' ? effect.session.id : null
  return {
    id,
    verdict,
    rulesVersion,
    madeFrom: facts as StoredFacts,
    matched: null,
    vehiclePlateId: read.plateId,
    samePass: record.samePass,
    sessionId,
    quote: null,
    prepaidQuoteId: null,
    command: commandOf(loaded, record),
    onlyIfWaiting: false,
    leftUnseenSessionId: null,
    alerts: alertsAbout(record, { alert: alertOf(loaded.facts, outcome, effect), sessionId }).map((alert) => ({
      id: deps.newId(),
      ...alert,
    })),
    actor: { kind: 'system', id: 'fallback' },
    requestId: record.requestId,
  }
}

/** What follows for the stay from the vehicle's having been let through then. It is inside, whether there was a place for it or not. */
function effectOf({ facts }: LoadedFacts, at: Date): Effect {
  const { gate, site, session, subscription } = facts
  if (gate.direction === 'exit') {
    if (session?.match !== 'exact') return { kind: 'none' }
    return { kind: 'close_session', session, needsReview: coverAt(session, at) === null }
  }
  const covers = subscription?.match === 'exact' && subscription.poolPlaceFree
  return {
    kind: 'open_session',
    subscriptionId: covers ? subscription.id : null,
    takesPlace: site.placeFree && !(covers && subscription.exemptFromCapacity),
    takesPoolPlace: covers,
    replaces: null,
  }
}

function commandOf(
  { facts, actuation }: LoadedFacts,
  { command, decision }: DecisionRecord,
): DecisionToWrite['command'] {
  if (command === null) return null
  if (facts.pass?.command?.id === command.id) return { kind: 'keep', id: command.id }
  const { id, expiresAt } = command
  const streamed = actuation === 'controller'
  return { kind: 'issue', id, expiresAt: new Date(expiresAt), reason: decision.reason, streamed }
}

function alertOf(facts: LoadedFacts['facts'], outcome: Outcome, effect: Effect): Settled['alert'] {
  if (effect.kind === 'close_session' && effect.needsReview) return 'session_needs_review'
  const leftUnknown = outcome === 'ALLOW' && facts.gate.direction === 'exit' && effect.kind === 'none'
  return leftUnknown ? 'exit_without_session' : null
}
