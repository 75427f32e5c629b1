import type { LinkState } from './live-source.ts'

/** How current the screen is, in words for the badge. */
export type Freshness = { kind: 'connecting' | 'live' | 'behind' | 'direct' | 'refused'; text: string; detail: string }

/** A hiccup shorter than this is not worth an operator's attention. */
const graceSeconds = 3

const connecting: Freshness = { kind: 'connecting', text: 'Connecting', detail: 'Waiting for the first data.' }

/**
 * What the badge says.
 * @param wasLive whether anything current was ever shown
 * @param configured where live documents should come from; another way is named
 * @param lagMs how late the newest change arrived
 */
export function freshness(
  { link, wasLive }: { link: LinkState; wasLive: boolean },
  configured: 'firestore' | 'api',
  nowMs: number,
  lagMs: number,
): Freshness {
  if (link.kind === 'connecting') return connecting
  if (link.kind === 'refused') return { kind: 'refused', text: 'No access', detail: link.cause }
  if (link.kind === 'unreachable') {
    const seconds = Math.floor((nowMs - link.since) / 1000)
    if (seconds >= graceSeconds)
      return {
        kind: 'behind',
        text: `${seconds} s behind`,
        detail: `${link.cause} Trying again by itself; what is shown may be out of date.`,
      }
    if (!wasLive) return connecting
  }
  const lagSeconds = Math.floor(lagMs / 1000)
  if (lagSeconds >= graceSeconds)
    return { kind: 'behind', text: `${lagSeconds} s behind`, detail: 'Changes arrive late: the mirror is catching up.' }
  if (link.kind === 'live' && link.via !== configured)
    return {
      kind: 'direct',
      text: 'Direct, Firestore unreachable',
      detail: 'Live data come straight from the API until Firestore can be reached again. Nothing is missing.',
    }
  return { kind: 'live', text: 'Live', detail: 'Every change is shown as it happens.' }
}
