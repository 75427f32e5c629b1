import type { LinkState, LiveChange, LiveSource } from './live-source.ts'

type Subscription = {
  target: string
  onChange: (change: LiveChange) => void
  onState: (state: LinkState) => void
  primary: LinkState
  endPrimary: () => void
  endSecondary: (() => void) | undefined
}

/**
 * Follows `primary`, and `secondary` too while any subscription of the primary is not live for longer than `graceMs`. The primary
 * keeps trying all the while; once all of it has been live for `settleMs`, the secondary is left again. States come from whichever
 * is in use. A refusal by the primary is not the last word: the secondary is asked.
 */
export function withFallback(
  primary: LiveSource,
  secondary: LiveSource,
  { graceMs = 5000, settleMs = 2000 } = {},
): LiveSource {
  const subscriptions = new Set<Subscription>()
  let direct = false
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Arms the switch that the primary's state calls for, unless it is armed already. */
  function consider(): void {
    const allLive = [...subscriptions].every((subscription) => subscription.primary.kind === 'live')
    if (allLive !== direct) {
      clearTimeout(timer)
      timer = undefined
    } else {
      timer ??= setTimeout(toggle, direct ? settleMs : graceMs)
    }
  }

  function toggle(): void {
    timer = undefined
    direct = !direct
    for (const subscription of [...subscriptions]) {
      if (direct) startSecondary(subscription)
      else leaveSecondary(subscription)
    }
  }

  function startSecondary(subscription: Subscription): void {
    const { target, onChange, onState } = subscription
    // While the other way is still connecting, the state of the first one says more.
    const report = (state: LinkState) => onState(state.kind === 'connecting' ? subscription.primary : state)
    subscription.endSecondary = secondary.subscribe(target, onChange, report)
  }

  function leaveSecondary(subscription: Subscription): void {
    subscription.endSecondary?.()
    subscription.endSecondary = undefined
    subscription.onState(subscription.primary)
  }

  return {
    subscribe(target, onChange, onState) {
      const subscription: Subscription = {
        target,
        onChange,
        onState,
        primary: { kind: 'connecting' },
        endPrimary: () => {},
        endSecondary: undefined,
      }
      subscriptions.add(subscription)
      if (direct) startSecondary(subscription)
      subscription.endPrimary = primary.subscribe(target, onChange, (state) => {
        subscription.primary = notFinal(state)
        if (!direct) onState(subscription.primary)
        consider()
      })
      consider()
      return () => {
        subscriptions.delete(subscription)
        subscription.endPrimary()
        subscription.endSecondary?.()
        if (subscriptions.size > 0) consider()
        else {
          clearTimeout(timer)
          timer = undefined
          direct = false
        }
      }
    },
  }
}

function notFinal(state: LinkState): LinkState {
  return state.kind === 'refused' ? { kind: 'unreachable', since: Date.now(), cause: state.cause } : state
}
