import { z } from 'zod'
import { alertKind, alertState } from './live-documents.ts'
import { changeOf, id, instant, version } from './values.ts'

/** Something that an operator should look at. */
export const alertItem = z.object({
  id,
  version,
  siteId: id,
  gateId: id.nullable(),
  kind: alertKind,
  subjectKind: z.string().describe('what it is about, e.g. session: `/v1/sessions/{subjectId}` has it'),
  subjectId: id,
  state: alertState,
  raisedAt: instant,
})
export type AlertItem = z.infer<typeof alertItem>

/** Somebody looks after it, or it is dealt with. There is no way back: what comes up again is another alert. */
export const alertChange = changeOf({ state: alertState.exclude(['open']) }).meta({
  examples: [{ state: 'acknowledged', changeReason: 'calling the driver' }],
})
export type AlertChange = z.infer<typeof alertChange>
