/** Time of day at the site, 24 hours, e.g. "14:35". */
export function timeOfDay(instant: Date | string, timeZone: string, locale?: string): string {
  const options = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return formatter(locale, options).format(new Date(instant))
}

/** Date and time at the site, e.g. "23 Nov, 14:35:07". */
export function dateAndTime(instant: Date | string, timeZone: string, locale = 'en-GB'): string {
  const date = new Date(instant)
  const day = formatter(locale, { timeZone, day: 'numeric', month: 'short' }).format(date)
  const time = { timeZone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return `${day}, ${formatter(locale, time).format(date)}`
}

/** Whether two instants are on the same calendar day at the site. */
export function sameDay(a: Date | string, b: Date | string, timeZone: string): boolean {
  const of = { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const day = (instant: Date | string) => formatter('en-CA', of).format(new Date(instant))
  return day(a) === day(b)
}

/** How long ago, short: "now", "12 s ago", "3 min ago", "2 h ago", "4 d ago". An instant in the future counts as now. */
export function ago(instant: Date | string, nowMs: number, words = english): string {
  const seconds = Math.floor((nowMs - new Date(instant).getTime()) / 1000)
  if (seconds < 2) return words.now
  return words.ago(span(seconds))
}

const english = { now: 'now', ago: (span: string) => `${span} ago` }

/** A length of time in its largest unit, rounded down: "12 s", "3 min", "2 h", "4 d". */
export function span(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** How long a stay lasts, as its price is made of it: "12 s", "3 min", "1 h 5 min", "3 d 2 h". */
export function stayLength(seconds: number): string {
  const [large, small] = seconds < 48 * 3600 ? [3600, 60] : [86_400, 3600]
  const rest = seconds % large
  return seconds < 3600 || rest < small ? span(seconds) : `${span(seconds)} ${span(rest)}`
}

/** A running clock: "0:42", "12:05", "1:02:07". Negative lengths are "0:00". */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/**
 * The instant of a wall-clock time at the site, as RFC 3339. A time that the clock skips is taken an hour later, one that it shows
 * twice the first time.
 * @param local as a `datetime-local` field has it, e.g. "2026-03-29T02:30"
 */
export function zonedInstant(local: string, timeZone: string): string {
  const asUtc = Date.parse(`${local}Z`)
  const before = asUtc - offsetMs(asUtc - dayMs, timeZone)
  const after = asUtc - offsetMs(asUtc + dayMs, timeZone)
  const shows = (instant: number) => instant + offsetMs(instant, timeZone) === asUtc
  return new Date([before, after].sort((a, b) => a - b).find(shows) ?? Math.max(before, after)).toISOString()
}

/** The wall-clock time at the site, as a `datetime-local` field has it. */
export function zonedLocal(instant: Date | string, timeZone: string): string {
  const at = new Date(instant).getTime()
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16)
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Making one takes longer than a hundred uses of it, and a wall of lanes uses them all the time. */
function formatter(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options])
  const made = formatters.get(key) ?? new Intl.DateTimeFormat(locale, options)
  formatters.set(key, made)
  return made
}

const dayMs = 86_400_000

/** How far the clock of a zone is ahead of UTC at an instant, to the minute. */
function offsetMs(atMs: number, timeZone: string): number {
  const minute = Math.floor(atMs / 60_000) * 60_000
  const wall = new Date(minute).toLocaleString('sv-SE', { timeZone })
  return Date.parse(`${wall.replace(' ', 'T')}Z`) - minute
}
