import { connect, createServer, type Socket } from 'node:net'

/** Postgres at a distance: what goes through is passed on after half the round trip, each way, in order and unchanged. */
export async function startFarPostgres(postgresPort: number, roundTripMs: number) {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: postgresPort, host: '127.0.0.1', noDelay: true })
    passOn(near, far)
    passOn(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  function passOn(from: Socket, to: Socket) {
    sockets.add(from)
    from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), roundTripMs / 2))
    from.on('end', () => setTimeout(() => to.end(), roundTripMs / 2))
    from.on('error', () => to.destroy())
    from.on('close', () => sockets.delete(from))
  }

  return {
    port: (server.address() as { port: number }).port,
    stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
