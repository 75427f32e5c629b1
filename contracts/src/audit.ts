import { z } from 'zod'
import { id, instant } from './values.ts'

export const actorKind = z.enum(['camera', 'controller', 'operator', 'driver', 'provider', 'system'])
export type ActorKind = z.infer<typeof actorKind>

export const auditItem = z.object({
  id: z.string().describe('opaque identifier'),
  at: instant,
  siteId: id.nullable(),
  actorKind,
  actorId: z.string().nullable(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
  requestId: z.string().nullable(),
})
export type AuditItem = z.infer<typeof auditItem>
