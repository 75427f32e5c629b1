import { once } from 'node:events'
import { createServer } from 'node:net'
import getPort from 'get-port'

/** Where a person finds things, as long as nobody else is there. */
const preferred = {
  dashboard: 7300,
  api: 7301,
  auth: 7302,
  firestore: 7303,
  functions: 7304,
  provider: 7305,
  postgres: 7306,
  mailbox: 7307,
  smtp: 7308,
  paypalFunction: 7309,
}
export type Ports = Record<keyof typeof preferred, number>

/** How many stacks at once get ports of a block of their own, ten each. */
const blocks = 10
/** Held by the stack whose block it is, for as long as it lives: one each. */
const firstGuard = 7290

/**
 * The preferred ports, those of the next block where a stack has them already, and free ones instead of any that somebody else
 * has. What listens there does so only later: two stacks that start at the same moment must not find the same ports free, so a
 * block is claimed by listening. `say` hears what is not as preferred.
 */
export async function choosePorts(say: (line: string) => void): Promise<Ports> {
  const block = await claimBlock()
  if (block > 0) say('Another Turnpike has the usual ports.')
  const chosen: Partial<Ports> = {}
  for (const [name, usual] of Object.entries(preferred) as [keyof Ports, number][]) {
    const port = usual + block * 10
    chosen[name] = await getPort({ port, host: '127.0.0.1' })
    if (chosen[name] !== port) say(`Port ${port} is taken by another program: ${name} uses ${chosen[name]} instead.`)
  }
  return chosen as Ports
}

/** The first block that no other stack has. Where all are taken, one beyond them, which nobody holds. */
async function claimBlock(): Promise<number> {
  for (let block = 0; block < blocks; block++) {
    const guard = createServer()
      .listen(firstGuard + block, '127.0.0.1')
      .unref()
    const isOurs = await once(guard, 'listening').then(
      () => true,
      () => false,
    )
    if (isOurs) return block
  }
  return blocks
}
