import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from '../serve.ts'

const config = {
  apiUrl: 'http://127.0.0.1:7999',
  live: 'firestore',
  firebase: { apiKey: 'demo', projectId: 'demo-turnpike', authDomain: 'demo.example' },
  emulators: { auth: 'http://127.0.0.1:7998', firestore: '127.0.0.1:7997' },
} as const

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard({ port: 0, config })
})
afterAll(() => dashboard?.stop())

const get = (path: string) => fetch(dashboard.url + path)
const title = async (path: string) => /<title>(.*)<\/title>/.exec(await (await get(path)).text())?.[1]

test('every address is the console, except the pay pages', async () => {
  expect(await Promise.all(['/', '/lanes', '/a/deep/link'].map(title))).toEqual(Array(3).fill('Turnpike'))
  const payPages = ['/pay', '/pay?site=s', '/pay/01a2070b-d1ce-77c3-8f8c-70f59afc153e', '/pay/q?done', '/receipt/r']
  payPages.push('/plans', '/plans?site=s', '/subscribed/u?subscription_id=I-1', '/manage')
  expect(await Promise.all(payPages.map(title))).toEqual(Array(9).fill('Pay for parking'))
  expect(await Promise.all(['/subscriptions/plans', '/payments', '/planstan'].map(title))).toEqual(
    Array(3).fill('Turnpike'),
  )
})

test('a script of an older build is missing, not a page that a browser keeps for a year', async () => {
  expect((await get('/assets/index-0ld.js')).status).toBe(404)
})

test('pages and configuration are asked for anew, hashed files are kept', async () => {
  const page = await get('/lanes')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect((await get('/config.json')).headers.get('cache-control')).toBe('no-cache')
  const script = /src="(\/assets\/[^"]+)"/.exec(await page.text())?.[1]
  expect((await get(script!)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
})

test('the configuration is the one given, and only its plain http addresses are added to what pages may talk to', async () => {
  const answer = await get('/config.json')
  expect(await answer.json()).toEqual(config)
  const policy = answer.headers.get('content-security-policy')
  expect(policy).toContain(
    "connect-src 'self' http://127.0.0.1:7999 http://127.0.0.1:7998 http://127.0.0.1:7997 https:;",
  )
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("default-src 'none';")
})

test('what single sign-on needs is allowed where it is configured, and nowhere else', async () => {
  const sources = ["script-src 'self' https://apis.google.com;", 'frame-src https://demo.example;']
  const headersOf = async (url: string) => {
    const { headers } = await fetch(`${url}/lanes`)
    return [headers.get('content-security-policy')!, headers.get('cross-origin-opener-policy')] as const
  }
  const [policy, opener] = await headersOf(dashboard.url)
  for (const source of sources) expect(policy).not.toContain(source)
  expect(opener).toBe('same-origin')

  const signIn = { providers: [{ id: 'google.com', name: 'Google' }] }
  const other = await startDashboard({ port: 0, config: { ...config, signIn } })
  const [wider, popups] = await headersOf(other.url)
  await other.stop()
  for (const source of sources) expect(wider).toContain(source)
  expect(popups).toBe('same-origin-allow-popups')
})

test('a driver on a bad network loads less than 30 kB of script', async () => {
  const scripts = await scriptsOf('/pay/q')
  expect(scripts.size).toBeGreaterThan(0)
  expect(await transferred(scripts)).toBeLessThan(30_000)
})

test('whichever screen the console is opened at, it loads less than 244 kB of script before the Firebase SDK', async () => {
  const entry = await scriptsOf('/lanes')
  const texts = await Promise.all([...entry].map(textOf))
  const screens = new Set(
    texts.flatMap((text) => [...text.matchAll(/[\w-]+-screen-[\w-]+\.js/g)].map(([name]) => name)),
  )
  expect(screens.size).toBeGreaterThanOrEqual(7)
  for (const screen of screens)
    expect(await transferred(await withImports([...entry, `/assets/${screen}`])), screen).toBeLessThan(244_000)
})

const textOf = async (path: string) => (await get(path)).text()

/** The scripts that a page cannot do without: what it names, and what those import. */
async function scriptsOf(page: string): Promise<Set<string>> {
  const named = (await textOf(page)).matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)
  return withImports([...named].map(([, path]) => path!))
}

async function withImports(paths: string[]): Promise<Set<string>> {
  const found = new Set(paths)
  // A set that grows while it is walked is walked to its end.
  for (const path of found)
    for (const [, name] of (await textOf(path)).matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
      found.add(`/assets/${name}`)
  return found
}

/** Bytes of scripts as they are sent. What is smaller than a packet is not compressed. */
async function transferred(paths: Set<string>): Promise<number> {
  const sizes = [...paths].map(async (path) => {
    const answer = await fetch(dashboard.url + path, { headers: { 'accept-encoding': 'gzip' } })
    const code = new TextEncoder().encode(await answer.text())
    if (code.byteLength >= 1024) expect(answer.headers.get('content-encoding'), path).toBe('gzip')
    const gzip = new Response(new Blob([code]).stream().pipeThrough(new CompressionStream('gzip')))
    return (await gzip.arrayBuffer()).byteLength
  })
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

test('a port that is taken is an error, not silence', async () => {
  const port = Number(new URL(dashboard.url).port)
  await expect(startDashboard({ port, config })).rejects.toThrow('EADDRINUSE')
})
