import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { schemes } from './accessibility.ts'

const folder = resolve(import.meta.dirname, '../.local/screenshots')

/** Keeps what a page looks like, light and dark, for a person to look at: `.local/screenshots/<name>-<scheme>.png`. */
export async function photograph(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true })
  }
}
