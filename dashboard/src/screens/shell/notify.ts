import { useSyncExternalStore } from 'react'

/** What somebody is told of what they did, wherever they look by then. What `stays` is there until they close it. */
export type Notification = { color: 'green' | 'yellow' | 'red'; title?: string; message: string; stays?: boolean }
export type Told = Notification & { id: number }

let told: Told[] = []
let lastId = 0
const listeners = new Set<() => void>()

/** Tells the person at this screen; shown by `notifications.tsx`. */
export function notify(notification: Notification): void {
  lastId += 1
  change([...told, { ...notification, id: lastId }])
}

export function dismiss(id: number): void {
  change(told.filter((one) => one.id !== id))
}

/** What is told now, oldest first. */
export function useNotifications(): Told[] {
  return useSyncExternalStore(subscribe, () => told)
}

function change(to: Told[]): void {
  told = to
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
