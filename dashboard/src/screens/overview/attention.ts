import type { Lane } from '../../live/live-context.tsx'

/** What of a site calls for somebody, each a count. */
export type Attention = {
  waiting: number
  fault: number
  fallback: number
  blocked: number
  heldOpen: number
  alerts: number
}

/** What calls for somebody, the most urgent first: a driver who stands at a barrier, then what does not work, then what can wait. */
export const urgency = ['waiting', 'fault', 'fallback', 'blocked', 'heldOpen', 'alerts'] as const

/** Counts over the lanes of a site. A decision by a failure policy counts until that vehicle has gone. @param nowMs the server's time */
export function attentionOf(lanes: Lane[], alerts: number, nowMs: number): Attention {
  const count = (is: (lane: Lane) => boolean) => lanes.filter(is).length
  return {
    waiting: count(({ waitsUntil }) => waitsUntil !== null && Date.parse(waitsUntil) > nowMs),
    fault: count(({ observedState }) => observedState === 'fault'),
    fallback: count(({ decision }) => decision?.mode === 'fallback' && !decision.movedOn),
    blocked: count(({ barrierMode }) => barrierMode === 'blocked'),
    heldOpen: count(({ barrierMode }) => barrierMode === 'held_open'),
    alerts,
  }
}

/** Sorts the site that needs somebody most to the front; the name settles what is equal, so that tiles keep their places. */
export function byAttention(a: { name: string; attention: Attention }, b: { name: string; attention: Attention }) {
  for (const kind of urgency) {
    const difference = b.attention[kind] - a.attention[kind]
    if (difference !== 0) return difference
  }
  return a.name.localeCompare(b.name)
}
