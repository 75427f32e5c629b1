/** What one read shows of its camera's clock: how far it is ahead of ours, less the time that the read was on its way. */
export type ClockSample = { shownMs: number; receivedAt: Date; plateId: string }

/** The clock that counts, and where it has jumped to, in milliseconds ahead of ours. */
export type CameraClock = { offsetMs: number; jumpedToMs: number | null }

const hourMs = 3_600_000
const rememberedMs = 24 * hourMs
/** Reads of one clock differ by what they were on their way. */
const agreeWithinMs = 3_000
const enough = 3
const ofVehiclesMs = 60_000
/** For a lane that only a car or two use. */
const ofReadsMs = 10 * 60_000

/**
 * The most that was shown in each hour (its beginning, in ms since 1970) by reads that the clock may have made. What is ahead of it
 * by more than the greatest age of a read was made by another clock, and does not count.
 */
export function hourlyMost(clock: CameraClock, maxReadAgeMs: number, samples: ClockSample[]): Map<number, number> {
  const hours = new Map<number, number>()
  for (const { shownMs, receivedAt } of samples) {
    if (Math.abs(shownMs - clock.offsetMs) > maxReadAgeMs) continue
    const hour = Math.floor(receivedAt.getTime() / hourMs) * hourMs
    hours.set(hour, Math.max(shownMs, hours.get(hour) ?? shownMs))
  }
  return hours
}

/** Hours that begin before this are out of the 24 that count. */
export function oldestHourThatCounts(now: Date): Date {
  return new Date(now.getTime() - rememberedMs - hourMs)
}

/** The clock that counts once `mostMs` was shown in 24 hours: it drifts by itself, but does not jump. */
export function driftedTo({ offsetMs }: CameraClock, maxReadAgeMs: number, mostMs: number): number {
  return Math.abs(mostMs - offsetMs) <= maxReadAgeMs ? mostMs : offsetMs
}

/**
 * Where the clock has jumped to after `fresh` reads, if anywhere. `newest` are the newest reads of the camera, newest first. Ahead,
 * one read shows it, as nothing else makes a read look younger. Back, one read may as well be late: it takes reads that agree.
 */
export function jumpedTo(
  clock: CameraClock,
  maxReadAgeMs: number,
  fresh: ClockSample[],
  newest: ClockSample[],
): number | null {
  const steady = steadyClockMs(newest)
  if (steady !== null) return Math.abs(steady - clock.offsetMs) <= maxReadAgeMs ? null : steady
  const aheadOf = Math.max(clock.offsetMs, clock.jumpedToMs ?? clock.offsetMs) + maxReadAgeMs
  const ahead = fresh.map(({ shownMs }) => shownMs).filter((shownMs) => shownMs > aheadOf)
  return ahead.length === 0 ? clock.jumpedToMs : Math.max(...ahead)
}

/**
 * The clock that the newest reads agree on: three vehicles over a minute or more, or three reads over ten, without another read in
 * between. What was kept back while the network was away comes in one go, or later by ever less. Null where they do not agree.
 */
export function steadyClockMs(newest: ClockSample[]): number | null {
  const vehicles = new Set<string>()
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [index, { shownMs, receivedAt, plateId }] of newest.entries()) {
    least = Math.min(least, shownMs)
    most = Math.max(most, shownMs)
    if (most - least > agreeWithinMs) return null
    vehicles.add(plateId)
    const spanMs = newest[0]!.receivedAt.getTime() - receivedAt.getTime()
    if (vehicles.size >= enough && spanMs >= ofVehiclesMs) return most
    if (index + 1 >= enough && spanMs >= ofReadsMs) return most
  }
  return null
}
