import type { Stack } from '@turnpike/contracts/stack.ts'

/** The demo's first site: its gates, and its two cameras that speak our own format. */
export function garageOf({ cameras, gates }: Stack) {
  const ours = cameras.filter(({ format }) => format === 'turnpike')
  const entry = ours.find(({ direction }) => direction === 'entry')!
  const exit = ours.find(({ direction }) => direction === 'exit')!
  const gateIds = gates.filter(({ siteId }) => siteId === entry.siteId).map(({ id }) => id)
  return { siteId: entry.siteId, entry, exit, gateIds }
}
export type Garage = ReturnType<typeof garageOf>
