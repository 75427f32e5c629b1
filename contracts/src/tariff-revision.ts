import { z } from 'zod'
import { tariffRules } from './tariff.ts'
import { id, instant, newOf } from './values.ts'

/** One revision of a site's prices. Revisions are never changed: the newest that is valid at the entry prices the stay. */
export const tariffItem = z.object({
  id,
  siteId: id,
  revision: z.int(),
  validFrom: instant,
  rules: z.unknown().describe('as they were written down'),
})
export type TariffItem = z.infer<typeof tariffItem>

export const newTariff = newOf({
  siteId: id,
  validFrom: instant.optional().describe('from now where it is left out; never in the past'),
  rules: tariffRules,
})
export type NewTariff = z.infer<typeof newTariff>
