import type { DecisionMode, ReasonCode } from '@turnpike/contracts/decision.ts'
import type { CommandOutcome, PassageReport } from '@turnpike/contracts/gate-command.ts'
import type { Facts, PassFacts } from '../../domain/facts.ts'
import { areAlike } from '../../domain/look-alike.ts'
import { samePlateMs } from '../../domain/pass.ts'
import { happenedAt, type PassageTimes, passagesThatTell, speaksOfPass } from '../../domain/passage.ts'
import type { Plate } from '../../domain/plate.ts'
import { trackLivesMs } from '../../repositories/decision-facts.ts'

/** A track lasts as long as a vehicle stands before its camera. */
const mostTracks = 1_000
/** At a gate whose passages nobody reports: so many vehicles later a plate is not the one that still stands there. */
const mostSincePassage = 8

/** The newest pass at a gate, as this process answered it. */
export type RememberedPass = Omit<PassFacts, 'alike' | 'knowsPlate' | 'command' | 'sessionOpen'> & {
  cameraId: string
  plate: Plate
  reason: ReasonCode
  mode: DecisionMode
  command: { id: string; expiresAt: Date } | null
}

type ReportingGate = { id: string; barrierMode: Facts['gate']['barrierMode'] }

/**
 * The newest pass of each gate in this process's memory, so that a vehicle which was let through just before Postgres failed is
 * not let through twice.
 */
export type PassMemory = {
  note(gateId: string, pass: RememberedPass): void
  /** Another plate was read in the newest pass. */
  noteSpelling(gateId: string, plate: string): void
  /** A vehicle was reported to have moved on: the one of the newest pass, or another. */
  notePassage(gate: ReportingGate, report: PassageReport, receivedAt: Date): void
  noteResult(commandId: string, outcome: CommandOutcome): void
  newest(gateId: string): RememberedPass | undefined
  /** Whether the `open` of this decision can still open: nobody answered it, and nothing moved on or was decided since. */
  mayOpen(gateId: string, decisionId: string, now: Date): boolean
  /** The pass that the newest decided read of this camera's track belongs to. */
  ofTrack(cameraId: string, trackId: string | null, now: Date): RememberedPass | undefined
  /** The pass in which this plate was let through lately, where other vehicles were read since and none passed. */
  letThrough(gateId: string, plate: string, now: Date): RememberedPass | undefined
  /** That pass as the rules see it when this camera reads `plate` now. */
  facts(gateId: string, cameraId: string, plate: Plate, streamed: boolean, now: Date): PassFacts | null
}

function isRecent({ decidedAt }: RememberedPass, now: Date): boolean {
  return now.getTime() - decidedAt.getTime() < samePlateMs
}

export function createPassMemory(): PassMemory {
  const passes = new Map<string, RememberedPass>()
  const spellings = new Map<string, Set<string>>()
  const tracks = new Map<string, RememberedPass>()
  /** Of each gate, the newest since the last passage. */
  const sincePassage = new Map<string, RememberedPass[]>()
  const passageTimes = new Map<string, PassageTimes[]>()
  const results = new Map<string, { outcome: CommandOutcome | null }>()

  function commandState(id: string, expiresAt: Date, streamed: boolean, now: Date): 'live' | 'executed' | 'spent' {
    const outcome = results.get(id)?.outcome
    if (outcome === 'executed' || !streamed) return 'executed'
    return outcome === null && expiresAt > now ? 'live' : 'spent'
  }

  return {
    note(gateId, pass) {
      const before = passes.get(gateId)?.command
      if (before && before.id !== pass.command?.id) results.delete(before.id)
      if (pass.command && !results.has(pass.command.id)) results.set(pass.command.id, { outcome: null })
      const samePass = passes.get(gateId)?.firstReadAt.getTime() === pass.firstReadAt.getTime()
      spellings.set(gateId, new Set([...(samePass ? (spellings.get(gateId) ?? []) : []), pass.plate.plate]))
      passes.set(gateId, pass)
      const since = sincePassage.get(gateId) ?? []
      since.push(pass)
      if (since.length > mostSincePassage) since.shift()
      sincePassage.set(gateId, since)
      if (pass.trackId === null) return
      tracks.set(`${pass.cameraId} ${pass.trackId}`, pass)
      if (tracks.size > mostTracks) tracks.delete(tracks.keys().next().value!)
    },
    noteSpelling: (gateId, plate) => spellings.get(gateId)?.add(plate),
    notePassage(gate, report, receivedAt) {
      const times = { occurredAt: new Date(report.occurredAt), receivedAt }
      const before = passageTimes.get(gate.id) ?? []
      passageTimes.set(gate.id, [times, ...before].slice(0, passagesThatTell))
      sincePassage.delete(gate.id)
      const pass = passes.get(gate.id)
      if (pass === undefined) return
      const opened = pass.command !== null
      if (speaksOfPass({ ...pass, opened }, gate.barrierMode, report, happenedAt(times, before)))
        passes.set(gate.id, { ...pass, passageAt: receivedAt })
    },
    noteResult(commandId, outcome) {
      const known = results.get(commandId)
      if (known !== undefined) known.outcome ??= outcome
    },
    newest: (gateId) => passes.get(gateId),
    mayOpen(gateId, decisionId, now) {
      const pass = passes.get(gateId)
      if (pass?.decisionId !== decisionId || pass.passageAt !== null || pass.command === null) return false
      return commandState(pass.command.id, pass.command.expiresAt, true, now) === 'live'
    },
    ofTrack(cameraId, trackId, now) {
      const pass = trackId === null ? undefined : tracks.get(`${cameraId} ${trackId}`)
      return pass !== undefined && now.getTime() - pass.decidedAt.getTime() < trackLivesMs ? pass : undefined
    },
    letThrough(gateId, plate, now) {
      const pass = sincePassage.get(gateId)?.findLast((earlier) => earlier.plate.plate === plate)
      return pass?.outcome === 'ALLOW' && isRecent(pass, now) ? pass : undefined
    },
    facts(gateId, readBy, read, streamed, now) {
      const pass = passes.get(gateId)
      if (pass === undefined) return null
      const { cameraId, plate, command, reason: _reason, mode: _mode, ...facts } = pass
      return {
        ...facts,
        trackId: cameraId === readBy ? facts.trackId : null,
        knowsPlate: spellings.get(gateId)?.has(read.plate) === true,
        alike: areAlike(plate, read),
        sessionOpen: facts.sessionId !== null,
        command: command && { id: command.id, state: commandState(command.id, command.expiresAt, streamed, now) },
      }
    },
  }
}
