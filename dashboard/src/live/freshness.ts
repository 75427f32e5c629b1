import { siteRefreshSeconds } from '@turnpike/contracts/live-documents.ts'
import { words } from '../i18n/language.ts'
import type { LinkState } from './live-source.ts'

/** How current the screen is, in words for the badge. */
export type Freshness = { kind: 'connecting' | 'live' | 'behind' | 'direct' | 'refused'; text: string; detail: string }

/** A hiccup shorter than this is not worth an operator's attention. */
const graceSeconds = 3

/** Where every site that is followed was written longer ago, the mirror stands still, whatever the connection looks like. */
export const standsStillAfterMs = (siteRefreshSeconds + 5) * 1000

/**
 * What the badge says.
 * @param wasLive whether anything current was ever shown
 * @param configured where live documents should come from; another way is named
 * @param lagMs how late the newest change arrived
 * @param mirrorAgeMs how long ago the newest of the sites was written; 0 where none is followed
 */
export function freshness(
  { link, wasLive }: { link: LinkState; wasLive: boolean },
  configured: 'firestore' | 'api',
  nowMs: number,
  lagMs: number,
  mirrorAgeMs: number,
): Freshness {
  const say = words().freshness
  const connecting: Freshness = { kind: 'connecting', text: say.connecting, detail: say.connectingDetail }
  if (link.kind === 'connecting') return connecting
  if (link.kind === 'refused') return { kind: 'refused', text: say.refused, detail: link.cause }
  if (link.kind === 'unreachable') {
    const seconds = Math.floor((nowMs - link.since) / 1000)
    if (seconds >= graceSeconds)
      return {
        kind: 'behind',
        text: say.behind(seconds),
        detail: `${link.cause} ${say.unreachable}`,
      }
    if (!wasLive) return connecting
  }
  if (mirrorAgeMs > standsStillAfterMs)
    return { kind: 'behind', text: say.behind(Math.floor(mirrorAgeMs / 1000)), detail: say.standsStill }
  const lagSeconds = Math.floor(lagMs / 1000)
  if (lagSeconds >= graceSeconds) return { kind: 'behind', text: say.behind(lagSeconds), detail: say.lagging }
  if (link.kind === 'live' && link.via !== configured)
    return {
      kind: 'direct',
      text: say.direct,
      detail: say.directDetail,
    }
  return { kind: 'live', text: say.live, detail: say.liveDetail }
}
