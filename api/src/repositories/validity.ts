import type { ValidityState } from '@turnpike/contracts/values.ts'
import { type AnyColumn, sql } from 'drizzle-orm'

type Range = { validFrom: AnyColumn; validUntil: AnyColumn }

/** Rows whose period is in this state at `now`. */
export function inState({ validFrom, validUntil }: Range, state: ValidityState | undefined, now: Date) {
  const ended = sql`${validUntil} is not null and (${validUntil} <= ${now} or ${validUntil} = ${validFrom})`
  switch (state) {
    case undefined:
      return undefined
    case 'ended':
      return ended
    case 'planned':
      return sql`${validFrom} > ${now} and not coalesce(${ended}, false)`
    case 'active':
      return sql`${validFrom} <= ${now} and (${validUntil} is null or ${validUntil} > ${now})`
  }
}
