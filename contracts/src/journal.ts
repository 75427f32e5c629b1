import { z } from 'zod'
import { decisionMode, outcome, reasonCode } from './decision.ts'
import { commandResult, passageReport } from './gate-command.ts'
import { id, instant } from './values.ts'

/*
 * What a process decided, or was told by a controller, while Postgres could not take it: a line each in a file, on disk before the
 * device gets its answer, and brought in when Postgres is back. The only files that hold plates; they are deleted once brought in.
 */

const place = { siteId: id, gateId: id, requestId: z.string() }

const readTaken = z.object({
  id,
  cameraId: id,
  eventId: z.string(),
  trackId: z.string().nullable(),
  plateRaw: z.string(),
  confidence: z.number().nullable(),
  closesTrack: z.boolean(),
  retransmitted: z.boolean(),
  capturedAt: instant,
  receivedAt: instant,
})

export const journalRecord = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('decision'),
    ...place,
    at: instant.describe('when it was decided'),
    read: readTaken,
    decision: z.object({
      id,
      outcome,
      reason: reasonCode,
      mode: decisionMode,
      rulesVersion: z.int(),
      facts: z.unknown().describe('all that it was made from, as it is stored with it'),
    }),
    /** A further read of the pass that this decision began. */
    samePass: z.boolean(),
    command: z.object({ id, expiresAt: instant }).nullable(),
  }),
  z.object({
    kind: z.literal('read'),
    ...place,
    at: instant,
    read: readTaken,
    decisionId: id.nullable().describe('of the pass it belongs to; null where it never decides'),
  }),
  z.object({ kind: z.literal('passage'), ...place, at: instant, report: passageReport }),
  z.object({ kind: z.literal('command_result'), ...place, at: instant, commandId: id, result: commandResult }),
])
export type JournalRecord = z.infer<typeof journalRecord>

/** `sequence` counts the records of one process from 1, so that one that was lost shows as a gap. */
export const journalEntry = z.object({ version: z.literal(1), deviceId: id, sequence: z.int(), record: journalRecord })
export type JournalEntry = z.infer<typeof journalEntry>
