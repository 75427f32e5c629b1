import { existsSync } from 'node:fs'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * A headless browser: CHROMIUM_PATH, an installed Chromium or Chrome, else the one that comes with npm (Linux x64 only).
 * @throws Error when none can be launched.
 */
export async function launchBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH ?? installed.find((path) => existsSync(path))
  // Chromium's sandbox refuses root; these pages are our own.
  if (own !== undefined) return playwright.launch({ executablePath: own, chromiumSandbox: false })
  return playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args, headless: true })
}
