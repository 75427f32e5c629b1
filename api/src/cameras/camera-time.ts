import { isOfOurTime } from '@turnpike/contracts/values.ts'
import { Temporal } from 'temporal-polyfill'

const written = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * The instant of a time as cameras write it, `2026-03-10T10:00:00+01:00` or `2026-03-10 10:00:00.123`. Without an offset it is
 * local time in `timeZone` (an IANA name or an offset): of the hour that autumn has twice the first one is meant, and a time in
 * the hour that spring skips is taken as the clock before the change would show it. Undefined when it is no time.
 */
export function toInstant(text: string | undefined, timeZone: string): Date | undefined {
  const match = written.exec(text?.trim() ?? '')
  if (match === null) return undefined
  const [, date, time, fraction, offset] = match
  const local = `${date}T${time}${fraction === undefined ? '' : `.${fraction}`}`
  try {
    const instant =
      offset === undefined
        ? Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).toInstant()
        : Temporal.Instant.from(local + offset)
    return fromEpochMs(instant.epochMilliseconds)
  } catch {
    return undefined
  }
}

/** The instant of a count of milliseconds since 1970; undefined where that is no time that a clock in a car park shows. */
export function fromEpochMs(ms: number | undefined): Date | undefined {
  const instant = new Date(ms ?? Number.NaN)
  return isOfOurTime(instant) ? instant : undefined
}
