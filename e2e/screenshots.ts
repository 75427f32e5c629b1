import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { schemes } from './accessibility.ts'

const folder = resolve(import.meta.dirname, '../.local/screenshots')

const phoneSize = { width: 390, height: 844 }

/**
 * Keeps what a page looks like for a person to look at, light, dark and as wide as a phone: `.local/screenshots/<name>-light.png`,
 * `-dark.png`, `-phone.png`.
 */
export async function photograph(page: Page, name: string): Promise<void> {
  // What a dialog covers is as large as the window, whatever is below.
  const fullPage = (await page.getByRole('dialog').count()) === 0
  const keep = (as: string) => page.screenshot({ path: join(folder, `${name}-${as}.png`), fullPage })
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    await keep(colorScheme)
  }
  const size = page.viewportSize()!
  if (size.width <= phoneSize.width) return
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(phoneSize)
  await keep('phone')
  await page.setViewportSize(size)
}
