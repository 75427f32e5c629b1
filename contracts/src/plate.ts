import { z } from 'zod'
import { changeReason, id, line, plateText } from './values.ts'

/**
 * How a searched plate is meant. `fragment`: any plate that it is a part of, from three letters or digits on. `look_alike`: itself
 * and what a camera may take it for. Both would show a viewer what is masked for him.
 */
export const plateMatch = z.enum(['exact', 'fragment', 'look_alike'])
export type PlateMatch = z.infer<typeof plateMatch>

/** The part of a search that names a plate; it goes in a body, so that no plate is ever in a URL. */
export const plateSearch = { plate: plateText, match: plateMatch.default('exact') }
export type PlateSearch = { plate: string; match: PlateMatch }

const ids = z.array(id).max(200).default([])

/** Asks for the full plates behind ids, up to 200 of a kind. */
export const platesRequest = z
  .strictObject({
    ids: ids.describe('plates of vehicles that are inside, subscribed or blacklisted'),
    decisionIds: ids,
    sessionIds: ids,
    changeReason,
  })
  .refine((request) => request.ids.length + request.decisionIds.length + request.sessionIds.length > 0, {
    message: 'names no id',
  })
  .meta({ examples: [{ decisionIds: ['0197a3c2-f00d-7bbb-9d11-1f2e3d4c5b6a'] }] })
export type PlatesRequest = z.infer<typeof platesRequest>

/** What is not at a site of the asker's, or not there at all, is left out. */
export const platesAnswer = z.object({
  items: z.array(
    z.object({
      kind: z.enum(['plate', 'decision', 'session']),
      id: id.describe('of the plate, the decision or the session'),
      plate: z.string().nullable().describe('null once erased'),
      plateRaw: z.string().nullable().describe('as the camera wrote it, where a decision was asked for'),
    }),
  ),
})
export type PlatesAnswer = z.infer<typeof platesAnswer>

/** Asks to forget a vehicle for good. What it did stays, and nobody can tell any more that it was this one. */
export const plateErasure = z
  .strictObject({
    plate: plateText,
    reason: line(200)
      .trim()
      .min(3, 'say why, in at least 3 characters')
      .describe('kept in the audit trail: without the plate'),
  })
  .meta({ examples: [{ plate: 'B-XY 1234', reason: 'asked for by its keeper, case 2026-118' }] })
export type PlateErasure = z.infer<typeof plateErasure>

export const plateErasureAnswer = z.object({
  erased: z.int().describe('how many spellings were stored, misreads of it included; 0 where it was never seen'),
})
export type PlateErasureAnswer = z.infer<typeof plateErasureAnswer>
