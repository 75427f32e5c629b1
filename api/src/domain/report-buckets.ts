import type { BucketSize } from '@turnpike/contracts/report.ts'
import { Temporal } from 'temporal-polyfill'

/** From `start` to before `end`, and what the site's calendar calls it: `2026-03`, `2026-03-29` or `2026-03-29T02:00+01:00`. */
export type Bucket = { start: Date; end: Date; period: string }

/**
 * The hours, days or months of a site's clock that `from` to before `to` falls into, the first and the last cut off there. A day on
 * which the clock is changed has 23 or 25 hours, and the hour that comes twice is two.
 * @throws RangeError when there is no such time zone
 */
export function bucketsOf(size: BucketSize, timeZone: string, from: Date, to: Date): Bucket[] {
  const buckets: Bucket[] = []
  let begun = startOf(size, Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone))
  while (begun.epochMilliseconds < to.getTime()) {
    const next = after(size, begun)
    const start = Math.max(begun.epochMilliseconds, from.getTime())
    const end = Math.min(next.epochMilliseconds, to.getTime())
    if (start < end) buckets.push({ start: new Date(start), end: new Date(end), period: nameOf(size, begun) })
    begun = next
  }
  return buckets
}

/** The day of a site's calendar in which an instant lies; `date` is its name. */
export function dayAround(timeZone: string, instant: Date): { from: Date; to: Date; date: string } {
  const day = startOf('day', Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone))
  return {
    from: new Date(day.epochMilliseconds),
    to: new Date(after('day', day).epochMilliseconds),
    date: nameOf('day', day),
  }
}

type Local = Temporal.ZonedDateTime

function startOf(size: BucketSize, at: Local): Local {
  if (size === 'month') return at.with({ day: 1 }).startOfDay()
  return size === 'day' ? at.startOfDay() : at.round({ smallestUnit: 'hour', roundingMode: 'floor' })
}

function after(size: BucketSize, start: Local): Local {
  if (size === 'month') return start.add({ months: 1 }).startOfDay()
  if (size === 'day') return start.add({ days: 1 }).startOfDay()
  // Where the clock is changed by half an hour, the hours after it begin when it shows a full one.
  const later = start.add({ hours: 1 })
  const full = startOf('hour', later)
  return Temporal.ZonedDateTime.compare(full, start) > 0 ? full : later
}

function nameOf(size: BucketSize, start: Local): string {
  const date = start.toPlainDate().toString()
  if (size === 'month') return date.slice(0, 7)
  return size === 'day' ? date : `${date}T${start.toPlainTime().toString({ smallestUnit: 'minute' })}${start.offset}`
}
