import type { GateDocument } from '@turnpike/contracts/live-documents.ts'

/** How far a camera's clock is from ours, and whether it jumped there and nobody has confirmed it. */
export type CameraClock = { offSeconds: number; jumped: boolean }

/** Less is not worth a word: reads are aged against it anyway. */
const worthSeconds = 2

/** The clock of a lane's cameras where it is worth a look. */
export function clockOf(camera: GateDocument['camera']): CameraClock | undefined {
  if (camera === null) return undefined
  const { clockAheadSeconds, clockJumped } = camera
  const offSeconds = clockAheadSeconds ?? 0
  return clockJumped || Math.abs(offSeconds) >= worthSeconds ? { offSeconds, jumped: clockJumped } : undefined
}
