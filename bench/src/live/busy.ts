import { cpus } from 'node:os'

/** Begins to watch the processors. The result says which share of them was busy since. */
export function busyShare(): () => number {
  const before = times()
  return () => {
    const after = times()
    return 1 - (after.idle - before.idle) / (after.all - before.all)
  }
}

function times() {
  const each = cpus().map(({ times }) => times)
  const idle = each.reduce((sum, { idle }) => sum + idle, 0)
  const all = each.reduce((sum, { user, nice, sys, irq, idle }) => sum + user + nice + sys + irq + idle, 0)
  return { idle, all }
}
