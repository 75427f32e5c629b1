import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

export const schemes = ['light', 'dark'] as const

/** What axe finds serious or critical on a page, in both colour schemes, one line per element. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const problems: string[] = []
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    for (const { id, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue
      problems.push(...nodes.map(({ html, failureSummary }) => `${colorScheme} ${id}: ${html} ${failureSummary}`))
    }
  }
  return problems
}
