import { words } from '../i18n/language.ts'
import type { LinkState, LiveChange, LiveSource } from './live-source.ts'

type Subscription = { target: string; state: LinkState; onState: (state: LinkState) => void }

/**
 * `source`, whose word that it is live counts only while something is heard from it: a site's document is written again every few
 * seconds, so when none of those that are followed changes for `silenceMs`, the connection hangs, or nobody writes to it any more.
 * The SDK itself may need minutes to notice a server that took the request and never answers.
 */
export function noticeSilence(source: LiveSource, silenceMs: number): LiveSource {
  const subscriptions = new Set<Subscription>()
  let heardAt = 0
  let silent = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const shown = (state: LinkState): LinkState =>
    silent && state.kind === 'live'
      ? { kind: 'unreachable', since: heardAt, cause: words().freshness.firestoreSilent }
      : state

  function hear(): void {
    heardAt = Date.now()
    if (silent) change(false)
    clearTimeout(timer)
    timer = setTimeout(() => change(true), silenceMs)
  }

  function change(to: boolean): void {
    silent = to
    for (const { state, onState } of [...subscriptions]) if (state.kind === 'live') onState(shown(state))
  }

  return {
    subscribe(target, onChange, onState) {
      const subscription: Subscription = { target, state: { kind: 'connecting' }, onState }
      subscriptions.add(subscription)
      const end = source.subscribe(
        target,
        (change: LiveChange) => {
          if (isSite(target)) hear()
          onChange(change)
        },
        (state) => {
          // Connected anew is a sign of life, too, and the first change may take a while.
          if (isSite(target) && state.kind === 'live' && subscription.state.kind !== 'live') hear()
          subscription.state = state
          onState(shown(state))
        },
      )
      return () => {
        end()
        subscriptions.delete(subscription)
        if ([...subscriptions].some((left) => isSite(left.target))) return
        // Nothing speaks regularly any more.
        clearTimeout(timer)
        silent = false
      }
    },
  }
}

function isSite(target: string): boolean {
  return /^sites\/[^/]+$/.test(target)
}
