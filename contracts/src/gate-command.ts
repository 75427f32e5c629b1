import { z } from 'zod'
import { id, instant, line } from './values.ts'

export const gateDirection = z.enum(['entry', 'exit'])
export type GateDirection = z.infer<typeof gateDirection>

export const barrierMode = z.enum(['normal', 'held_open', 'blocked'])
export type BarrierMode = z.infer<typeof barrierMode>

export const commandAction = z.enum(['open', 'hold_open', 'block', 'release'])
export type CommandAction = z.infer<typeof commandAction>

/** `unknown`: no result came in time, or the controller could not tell. Never assume it worked. */
export const commandOutcome = z.enum(['executed', 'failed', 'unknown'])
export type CommandOutcome = z.infer<typeof commandOutcome>

/** One event of the command stream. The time to live is relative because controllers' clocks drift. */
export const streamedCommand = z.object({
  id,
  action: commandAction,
  reason: z.string(),
  issuedAt: instant,
  ttlMs: z.int().positive(),
  holdUntil: instant.optional(),
})
export type StreamedCommand = z.infer<typeof streamedCommand>

/** What an operator asks of a gate. A reason is always needed; holding and blocking may end by themselves. */
export const commandRequest = z
  .strictObject({
    action: commandAction,
    reason: line(200).trim().min(3, 'say why, in at least 3 characters'),
    holdUntil: instant.optional(),
  })
  .refine((c) => c.action !== 'hold_open' || c.holdUntil !== undefined, {
    path: ['holdUntil'],
    message: 'a barrier is held open until a given time: set holdUntil',
  })
  .refine((c) => c.action === 'hold_open' || c.action === 'block' || c.holdUntil === undefined, {
    path: ['holdUntil'],
    message: 'only hold_open and block take holdUntil',
  })
  .meta({ examples: [{ action: 'open', reason: 'the driver has paid at the desk' }] })
export type CommandRequest = z.infer<typeof commandRequest>

export const commandItem = z.object({
  id,
  gateId: id,
  siteId: id,
  action: commandAction,
  reason: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  holdUntil: instant.nullable(),
  outcome: commandOutcome.nullable(),
  detail: z.string().nullable(),
})
export type CommandItem = z.infer<typeof commandItem>

export const commandResult = z
  .object({ outcome: commandOutcome, detail: line(500).optional() })
  .meta({ examples: [{ outcome: 'executed' }] })
export type CommandResult = z.infer<typeof commandResult>

export const passageKind = z.enum(['passed', 'turned_back', 'tailgated', 'unknown'])
export type PassageKind = z.infer<typeof passageKind>

export const passageReport = z
  .object({ kind: passageKind, occurredAt: instant, sessionId: id.optional() })
  .meta({ examples: [{ kind: 'passed', occurredAt: '2026-03-10T09:00:00Z' }] })
export type PassageReport = z.infer<typeof passageReport>

/** What the barrier itself reports. `held_by_fire_input` is observed, never fought. */
export const observedState = z.enum(['open', 'closed', 'held_by_fire_input', 'fault'])
export type ObservedState = z.infer<typeof observedState>

export const gateStateReport = z
  .object({
    state: observedState,
    loopOccupied: z.boolean().optional().describe('the loop in front of the barrier, where there is one'),
  })
  .meta({ examples: [{ state: 'closed', loopOccupied: true }] })
export type GateStateReport = z.infer<typeof gateStateReport>
