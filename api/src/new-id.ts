import { randomFillSync } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

/** Drawn for many ids at once: a draw of 16 bytes costs as much as the rest of an id ten times over. */
const drawn = new Uint8Array(16 * 256)
let used = drawn.length
let msecs = 0
let seq = 0

/** A UUID of version 7: later ones of this process are greater, those of the same millisecond included. */
export function newId(): string {
  if (used === drawn.length) {
    randomFillSync(drawn)
    used = 0
  }
  const random = drawn.subarray(used, used + 16)
  used += 16
  const now = Date.now()
  if (now > msecs) {
    msecs = now
    // A random place to count from, with room above it.
    seq = ((random[6]! & 0x7f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!
  } else {
    seq = (seq + 1) | 0
    if (seq === 0) msecs += 1
  }
  return uuidv7({ random, msecs, seq })
}
