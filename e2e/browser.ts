import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { unpackedChromium } from './npm-chromium.ts'

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * A headless browser: CHROMIUM_PATH, an installed Chromium or Chrome, else the one that comes with npm (Linux x64 only). The flags
 * that the npm package proposes are not used: they turn off the same-origin policy, and contexts would share one storage.
 * @throws Error when there is none, or it cannot be launched.
 */
export async function launchBrowser(): Promise<Browser> {
  const options = { chromiumSandbox: false } // it refuses root, and these pages are our own
  const own = process.env.CHROMIUM_PATH ?? installed.find((path) => existsSync(path))
  if (own !== undefined) return chromium.launch({ ...options, executablePath: own })
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('There is no Chromium or Chrome: install one, or set CHROMIUM_PATH to the program.')
  const { executablePath, ownLibraries } = await unpackedChromium()
  return chromium.launch({ ...options, executablePath }).catch((error: Error) => {
    if (!error.message.includes('shared libraries')) throw error
    return chromium.launch({ ...options, executablePath, env: { ...process.env, ...ownLibraries } })
  })
}
