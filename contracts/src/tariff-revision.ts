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
}).meta({
  examples: [
    {
      siteId: '0197a3c2-8d51-7a52-b0c1-6a4f6a1f2b10',
      validFrom: '2027-01-01T00:00:00Z',
      rules: {
        version: 1,
        entryGraceMinutes: 10,
        rate: { kind: 'steps', steps: [{ minutes: 30, amountMinor: 150 }] },
        day: { period: 'rolling', capMinor: 1200 },
        vat: { percent: '19', included: true },
      },
    },
  ],
})
export type NewTariff = z.infer<typeof newTariff>
