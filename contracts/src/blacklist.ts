import { z } from 'zod'
import { changeOf, id, instant, line, newOf, plateText, validityState, version } from './values.ts'

const reason = line(200).trim().min(3, 'say why, in at least 3 characters')
const validUntil = instant.nullable()

export const blacklistItem = z.object({
  id,
  version,
  siteId: id.nullable().describe('null: all sites'),
  plateId: id,
  plate: z.string().nullable().describe('masked for viewers; null once erased'),
  reason: z.string(),
  validFrom: instant,
  validUntil,
  state: validityState,
})
export type BlacklistItem = z.infer<typeof blacklistItem>

export const newBlacklistEntry = newOf({
  siteId: id.nullable().describe('null: all sites, which only an admin may say'),
  plate: plateText,
  reason,
  validFrom: instant.optional().describe('from now where it is left out'),
  validUntil: validUntil.default(null),
}).meta({
  examples: [
    { siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10', plate: 'B-XY 1234', reason: 'left twice without paying' },
  ],
})
export type NewBlacklistEntry = z.infer<typeof newBlacklistEntry>
export const blacklistChange = changeOf({ reason, validUntil }).meta({
  examples: [{ validUntil: '2027-01-01T00:00:00Z' }],
})
export type BlacklistChange = z.infer<typeof blacklistChange>
