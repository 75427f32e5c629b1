import type { BrowserContext } from 'playwright-core'

/**
 * Collects what pages complain about: uncaught errors, and errors on their console such as a breach of their own security policy.
 * A refused request is no complaint: a wrong password is refused.
 */
export function notePageProblems(context: BrowserContext, problems: string[]): void {
  context.on('weberror', (problem) => problems.push(String(problem.error())))
  context.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(message.text())
  })
}
