import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'

export type AuthEmulator = { url: string; host: string; stop(): Promise<void> }

const require = createRequire(import.meta.url)

/**
 * Firebase's own Auth emulator in this process: its state is in memory and ends with it. Port 0 takes a free one.
 * `createApp` is an internal path of firebase-tools, therefore its version is pinned.
 * @throws Error when the port is taken.
 */
export async function startAuthEmulator(options: { port: number; projectId: string }): Promise<AuthEmulator> {
  compileSchemasOnDemand()
  const { createApp } = require('firebase-tools/lib/emulator/auth/server.js') as {
    createApp(projectId: string, singleProjectMode: number): Promise<RequestListener>
  }
  const server = createServer(await createApp(options.projectId, 1))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `http://${host}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Compiling every schema of Google's API at start costs 13 s of CPU and serves four endpoints: compile each on first use. */
function compileSchemasOnDemand(): void {
  const exegesis = createRequire(require.resolve('firebase-tools/package.json'))('exegesis-express')
  const { middleware } = exegesis
  if (middleware.onDemand) return
  const onDemand = (document: unknown, options: object) =>
    middleware(document, { ...options, lazyCompileValidationSchemas: true })
  onDemand.onDemand = true
  Object.defineProperty(exegesis, 'middleware', { enumerable: true, configurable: true, value: onDemand })
}
