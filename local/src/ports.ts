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

/** The preferred ports, or free ones instead of those that are taken; `say` hears which. */
export async function choosePorts(say: (line: string) => void): Promise<Ports> {
  const chosen: Partial<Ports> = {}
  for (const [name, port] of Object.entries(preferred) as [keyof Ports, number][]) {
    const neighbours = [0, 10, 20, 30, 40].map((more) => port + more) // one step for each stack that runs already
    chosen[name] = await getPort({ port: neighbours, host: '127.0.0.1' })
    if (chosen[name] !== port) say(`Port ${port} is taken by another program: ${name} uses ${chosen[name]} instead.`)
  }
  return chosen as Ports
}
