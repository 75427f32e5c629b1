import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import superstatic from 'superstatic/lib/superstatic.js'
import { buildIfStale } from './build.ts'
import type { WrittenConfig } from './src/config.ts'

export type Dashboard = { url: string; stop(): Promise<void> }

type Handler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void

type Hosting = {
  rewrites: { source: string; destination: string }[]
  headers: { source: string; headers: { key: string; value: string }[] }[]
}

/**
 * Serves the built dashboard on 127.0.0.1 as Firebase Hosting does: by its own server, from the `hosting` section of
 * firebase.json, so that rewrites, security and cache headers are the ones that ship. `config` is answered as `/config.json`.
 * Builds first when sources are newer than the last build. Port 0 takes a free one.
 * @throws Error when the build fails or the port is taken.
 */
export async function startDashboard(options: { port: number; config: WrittenConfig }): Promise<Dashboard> {
  const { port, config } = options
  await buildIfStale()
  const hosting = withProviders(withOrigins(await readHosting(), httpOrigins(config)), config)
  const serve = superstatic({
    cwd: import.meta.dirname,
    config: { ...hosting, public: 'dist' },
    stack: 'strict',
    compression: true,
    before: { files: answerConfig(config) },
  }) as Handler
  const server = createServer((request, response) => {
    serve(request, response, (error?: unknown) => {
      response.statusCode = error ? 500 : 404
      response.end()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readHosting(): Promise<Hosting> {
  const file = new URL('../firebase.json', import.meta.url)
  return JSON.parse(await readFile(file, 'utf8')).hosting
}

function answerConfig(config: WrittenConfig) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (request.url?.split('?')[0] !== '/config.json') return next()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(config))
  }
}

/** What ships talks to https only. On one machine the API and the emulators speak http and are named one by one. */
function httpOrigins({ apiUrl, emulators }: WrittenConfig): string[] {
  const urls = [apiUrl, emulators?.auth, emulators?.firestore && `http://${emulators.firestore}`]
  return urls.flatMap((url) => (url?.startsWith('http:') ? [new URL(url).origin] : []))
}

function withOrigins(hosting: Hosting, origins: string[]): Hosting {
  return withHeader(hosting, 'Content-Security-Policy', (policy) =>
    policy.replace("connect-src 'self'", `$& ${origins.join(' ')}`),
  )
}

/** What single sign-on needs beyond what ships; docs/operations.md has the same for whoever deploys with it. */
function withProviders(hosting: Hosting, { signIn, firebase }: WrittenConfig): Hosting {
  if (!signIn?.providers?.length) return hosting
  const sources = `script-src 'self' https://apis.google.com; frame-src https://${firebase.authDomain}`
  const wider = withHeader(hosting, 'Content-Security-Policy', (policy) => policy.replace("script-src 'self'", sources))
  return withHeader(wider, 'Cross-Origin-Opener-Policy', () => 'same-origin-allow-popups')
}

function withHeader(hosting: Hosting, name: string, change: (value: string) => string): Hosting {
  const changed = ({ key, value }: { key: string; value: string }) => ({
    key,
    value: key === name ? change(value) : value,
  })
  return { ...hosting, headers: hosting.headers.map((rule) => ({ ...rule, headers: rule.headers.map(changed) })) }
}
