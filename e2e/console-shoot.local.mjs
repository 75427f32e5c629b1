// node console-shoot.mjs <outdir> <role> [screen...]
import { readFileSync, mkdirSync } from 'node:fs'
import { launchBrowser } from './browser.ts'
const [out, role, ...only] = process.argv.slice(2)
mkdirSync(out, { recursive: true })
const stack = JSON.parse(readFileSync('/tmp/tp/console-stack/stack.json', 'utf8'))
const { email, password } = stack.operators.find((o) => o.role === role)
const browser = await launchBrowser()
const devices = {
  desk: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
}
const paths = { overview: '/overview', lanes: '/lanes', activity: '/activity', inside: '/inside', alerts: '/alerts', blacklist: '/blacklist', ...Object.fromEntries(only.filter((o) => o.includes('=')).map((o) => [o.slice(0, o.indexOf('=')), o.slice(o.indexOf('=') + 1)])) }
const names = only.length ? only.map((o) => o.split('=')[0]) : Object.keys(paths)
for (const [device, options] of Object.entries(devices)) {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', colorScheme: 'light', ...options })
  const page = await context.newPage()
  page.on('pageerror', (e) => console.log('PAGEERROR', e.message))
  await page.goto(stack.dashboard + '/overview')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('article').first().waitFor()
  for (const name of names) {
    await page.goto(stack.dashboard + paths[name])
    await page.getByRole('main').waitFor()
    await page.waitForTimeout(2500)
    for (const colorScheme of device === 'desk' ? ['light', 'dark'] : ['light']) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${out}/${name}-${device}-${colorScheme}.png` })
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
  await context.close()
}
await browser.close()
