import { siteRefreshSeconds } from '@turnpike/contracts/live-documents.ts'
import { words } from '../i18n/language.ts'
import type { LinkState } from './live-source.ts'

/** How current the screen is, in words for the badge. */
export type Freshness = { kind: 'connecting' | 'live' | 'behind' | 'direct' | 'refused'; text: string; detail: string }

/** A hiccup shorter than this is not worth an operator's attention. */
const graceSeconds = 3

/** What is written each minute may be on its way for so long. */
const refreshGraceSeconds = 15

/**
 * What the badge says.
 * @param wasLive whether anything current was ever shown
 * @param configured where live documents should come from; another way is named
 * @param lagMs how late the newest change arrived
 * @param newsAt when something last changed, in ms; undefined where nothing has to
 */
export function freshness(
  { link, wasLive }: { link: LinkState; wasLive: boolean },
  configured: 'firestore' | 'api',
  nowMs: number,
  lagMs: number,
  newsAt?: number,
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
  const lagSeconds = Math.floor(lagMs / 1000)
  if (lagSeconds >= graceSeconds) return { kind: 'behind', text: say.behind(lagSeconds), detail: say.lagging }
  const quietSeconds = newsAt === undefined ? 0 : Math.floor((nowMs - newsAt) / 1000)
  if (quietSeconds > siteRefreshSeconds + refreshGraceSeconds)
    return { kind: 'behind', text: say.behind(quietSeconds), detail: say.standsStill }
  if (link.kind === 'live' && link.via !== configured)
    return {
      kind: 'direct',
      text: say.direct,
      detail: say.directDetail,
    }
  return { kind: 'live', text: say.live, detail: say.liveDetail }
}
