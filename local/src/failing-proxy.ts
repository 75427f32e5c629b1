import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/**
 * How the network between two processes behaves. `delayMs` holds every piece of data back that long, each way. `cut` is a refused
 * connection; `silent` swallows everything both ways and closes nothing; `mute` lets requests through and swallows the answers.
 */
export type Network = { kind: 'fine'; delayMs?: number } | { kind: 'cut' } | { kind: 'silent' } | { kind: 'mute' }

export type FailingProxy = {
  /** The given address with this proxy's host and port. */
  urlFor(target: string): string
  set(network: Network): void
  /** Resets every connection that is open, as a crashed server's machine does. */
  reset(): void
  close(): Promise<void>
}

/** A TCP proxy on 127.0.0.1 in front of `target` that fails as networks do. */
export async function startFailingProxy(target: string): Promise<FailingProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<{ near: Socket; far: Socket }>()
  let network: Network = { kind: 'fine' }
  let server: Server

  function accept(near: Socket) {
    if (network.kind === 'cut') return near.resetAndDestroy()
    const far = connect(Number(port), hostname)
    const pair = { near, far }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', end)
      socket.on('close', () => network.kind !== 'silent' && end())
    }
    near.on('data', (data) => forward(far, data, network.kind !== 'silent'))
    far.on('data', (data) => forward(near, data, network.kind !== 'silent' && network.kind !== 'mute'))
  }

  function forward(to: Socket, data: Buffer, passes: boolean) {
    if (!passes) return
    const delayMs = network.kind === 'fine' ? (network.delayMs ?? 0) : 0
    // Timers of equal length fire in the order in which they were set: data never overtakes data.
    if (delayMs === 0) to.write(data)
    else setTimeout(() => to.destroyed || to.write(data), delayMs)
  }

  const listen = (at: number) =>
    new Promise<number>((resolve, reject) => {
      server = createServer(accept)
      server.once('error', reject)
      server.listen(at, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  const ownPort = await listen(0)

  return {
    urlFor(address) {
      const url = new URL(address)
      url.hostname = '127.0.0.1'
      url.port = String(ownPort)
      return url.href
    },
    set: (wanted) => {
      network = wanted
      if (wanted.kind === 'cut') for (const { near } of pairs) near.resetAndDestroy()
    },
    reset() {
      for (const { near, far } of pairs) {
        near.resetAndDestroy()
        far.destroy()
      }
    },
    async close() {
      network = { kind: 'cut' }
      for (const { near, far } of pairs) {
        near.destroy()
        far.destroy()
      }
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
