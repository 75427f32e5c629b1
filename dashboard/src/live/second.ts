import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** This machine's time in ms, a second at a time: one timer for every age on the screen. */
export function useSecond(): number {
  return useEachSecond((nowMs) => nowMs)
}

/** What `read` makes of this machine's time in ms, asked each second: renders again only when that is another value. */
export function useEachSecond<T extends string | number | boolean>(read: (nowMs: number) => T): T {
  return useSyncExternalStore(subscribe, () => read(now))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, 1000)
  if (listeners.size === 1) now = Date.now()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  now = Date.now()
  for (const listener of [...listeners]) listener()
}
