import { z } from 'zod'
import { decisionMode, outcome, reasonCode } from './decision.ts'
import { amountMinor, currency, id, instant, line, plateText } from './values.ts'

/** The formats a camera may speak. An adapter is one file in `api/src/cameras` and one line in its list. */
export const cameraFormat = z.enum(['turnpike', 'hikvision', 'dahua', 'axis'])
export type CameraFormat = z.infer<typeof cameraFormat>

/** Format `turnpike`: what a camera or lane controller of our own kind posts. */
export const turnpikeEvent = z
  .object({
    eventId: line(128)
      .min(1)
      .describe(
        'names this post; a repeat returns the stored decision. Never made from the plate: it outlives the erasure of a person',
      ),
    plate: plateText,
    confidence: z.number().min(0).max(1).optional(),
    capturedAt: instant,
    candidates: z
      .array(z.object({ plate: plateText, confidence: z.number().min(0).max(1) }))
      .max(20)
      .optional()
      .describe('what else it may be: decides between vehicles that look alike, and nothing else'),
  })
  .meta({
    examples: [{ eventId: 'north-0001', plate: 'B-XY 1234', confidence: 0.94, capturedAt: '2026-03-10T09:00:00.250Z' }],
  })
export type TurnpikeEvent = z.infer<typeof turnpikeEvent>

/**
 * A read as every adapter hands it to the core. Times are instants; `confidence` is 0..1 or null (the camera gave none);
 * `motion` is as the camera saw it: the camera's direction map turns it into entry or exit. `eventId` names one post and `trackId`
 * one vehicle; neither is made from a plate. `closesTrack`: the vehicle has left the picture, so this read never starts a pass.
 * `candidates`: what else the plate may be, as written, where the format has them.
 */
export type CameraRead = {
  eventId: string
  trackId: string | null
  plateRaw: string
  candidates?: string[]
  confidence: number | null
  capturedAt: Date
  motion: string | null
  retransmitted: boolean
  closesTrack: boolean
}

export const quoteInAnswer = z.object({
  id,
  amountMinor,
  currency,
  expiresAt: instant,
  payUrl: z.url().describe('page on which the driver pays'),
})

/** The answer to a camera of format `turnpike`. `openBarrier` is computed when answering, never stored. */
export const turnpikeAnswer = z.object({
  decisionId: id,
  outcome,
  reason: reasonCode,
  openBarrier: z.boolean(),
  commandId: id.nullable(),
  message: z.string().describe('text for the lane display'),
  matchedPlate: z.string().nullable(),
  sessionId: id.nullable(),
  quote: quoteInAnswer.nullable(),
  mode: decisionMode,
  duplicate: z.boolean(),
})
export type TurnpikeAnswer = z.infer<typeof turnpikeAnswer>
