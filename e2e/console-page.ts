import type { Stack } from '@turnpike/contracts/stack.ts'
import type { BrowserContext, Locator, Page } from 'playwright-core'

/** What a lane's card says. A sign that is not shown is null; `plate` is the masked one, `shownPlate` what can be read. */
export type Card = {
  plate: string | null
  shownPlate: string | null
  outcome: string | null
  command: string | null
  commandText: string | null
  waiting: string | null
}

export async function openConsole(context: BrowserContext, stack: Stack): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${stack.dashboard}/lanes`)
  return page
}

export async function signInAs(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Opens the console and signs the demo's operator of that role in; resolves when the lanes are shown. */
export async function openLanes(context: BrowserContext, stack: Stack, role: string): Promise<Page> {
  const page = await openConsole(context, stack)
  const { email, password } = stack.operators.find((operator) => operator.role === role)!
  await signInAs(page, email, password)
  await page.getByRole('article').first().waitFor()
  return page
}

export function cardOf(page: Page, gateId: string): Locator {
  return page.locator(`article[data-gate-id="${gateId}"]`)
}

/** Reads the plate first: the rest of what is returned is at least as new as it. Never waits. */
export async function readCard(page: Page, gateId: string): Promise<Card> {
  const card = cardOf(page, gateId)
  const decision = card.locator('[data-outcome]')
  const command = card.getByRole('status', { name: 'Last command' })
  return {
    plate: await attributeOf(decision.getByRole('img', { name: /^Plate / }), 'data-plate-masked'),
    shownPlate: await textOf(decision.getByRole('img', { name: /^Plate / })),
    outcome: await attributeOf(decision, 'data-outcome'),
    command: await attributeOf(command, 'data-command-result'),
    commandText: await textOf(command),
    waiting: await textOf(card.locator('[data-waiting]')),
  }
}

async function textOf(locator: Locator): Promise<string | null> {
  return (await locator.allInnerTexts())[0] ?? null
}

async function attributeOf(locator: Locator, name: string): Promise<string | null> {
  const values = await locator.evaluateAll((found, name) => found.map((one) => one.getAttribute(name)), name)
  return values[0] ?? null
}

/** What the badge says about how current the page is: `live`, `behind`, `direct` … */
export function readFreshness(page: Page): Promise<string | null> {
  return page.getByRole('status', { name: 'Freshness' }).getAttribute('data-freshness')
}

/** Goes to a screen by the navigation, as a person does. */
export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen, exact: true }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
}
