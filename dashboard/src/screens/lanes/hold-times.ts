/** How long a barrier may be held open or a lane blocked at the press of a button, in minutes. */
export const holdMinutes = [15, 60, 240, 720] as const

/** When it ends, to the second, from now on by the server's clock. */
export function holdUntil(minutes: number, nowMs: number): string {
  return new Date(Math.floor(nowMs / 1000) * 1000 + minutes * 60_000).toISOString()
}
