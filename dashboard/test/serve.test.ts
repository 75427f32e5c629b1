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
  const payPages = ['/pay', '/pay?site=s', '/pay/01a2070b-d1ce-77c3-8f8c-70f59afc153e', '/pay/q?done']
  expect(await Promise.all(payPages.map(title))).toEqual(Array(4).fill('Pay for parking'))
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

test('a driver on a bad network loads less than 30 kB of script', async () => {
  const page = await (await get('/pay/q')).text()
  const scripts = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path!)
  const sizes = scripts.map(async (path) => {
    const answer = await fetch(dashboard.url + path, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    const code = new TextEncoder().encode(await answer.text())
    const gzip = new Response(new Blob([code]).stream().pipeThrough(new CompressionStream('gzip')))
    return (await gzip.arrayBuffer()).byteLength
  })
  const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  expect(scripts.length).toBeGreaterThan(0)
  expect(total).toBeLessThan(30_000)
})

test('a port that is taken is an error, not silence', async () => {
  const port = Number(new URL(dashboard.url).port)
  await expect(startDashboard({ port, config })).rejects.toThrow('EADDRINUSE')
})
