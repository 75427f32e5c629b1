import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { postRead } from '@turnpike/local/camera.ts'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { launchBrowser } from './browser.ts'
import { goTo, openLanes, signInAs } from './console-page.ts'
import { consoleScreen, phone } from './devices.ts'
import { type Garage, garageOf } from './garage.ts'
import { notePageProblems } from './page-problems.ts'
import { payByCard, payUnknown } from './pay-at-stand-in.ts'
import { parkedFor, rows } from './rows.ts'
import { photograph } from './screenshots.ts'
import { type RunningStack, startStack } from './stack.ts'

/* Money in the console: what was paid and goes back, whose it is, who subscribes to what. */

const soon = { timeout: 30_000, interval: 100 }
const problems: string[] = []

let folder: string
let browser: Browser
let stack: RunningStack
let garage: Garage
let admin: Page
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-money-'))
  browser = await launchBrowser()
  stack = await startStack(folder, 'default')
  garage = garageOf(stack)
  const context = await browser.newContext(consoleScreen)
  notePageProblems(context, problems)
  admin = await openLanes(context, stack, 'admin')
})
afterAll(async () => {
  await stack?.stop()
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function looksRight(page: Page, name: string): Promise<void> {
  expect.soft(await accessibilityProblems(page), name).toEqual([])
  await photograph(page, name)
}

async function paidStay(plate: string): Promise<void> {
  const { sessionId } = (await postRead(stack.api, garage.entry, plate))!
  await parkedFor(stack, sessionId!, 3 * 60 + 10)
  const owes = (await postRead(stack.api, garage.exit, plate))!
  await payByCard(stack, owes.quote!.payUrl)
}

const rowOf = (list: string, text: string) =>
  admin.getByRole('list', { name: list }).getByRole('listitem').filter({ hasText: text })

test('a payment is listed, and some of it goes back with a reason, but never more than was paid', async () => {
  await paidStay('B MO 101')
  await goTo(admin, 'Payments')
  await rowOf('Payments', '€10.50').first().waitFor()
  await looksRight(admin, 'payments')
  await rowOf('Payments', '€10.50').first().getByRole('link').click()
  await admin.getByRole('heading', { name: 'Payment of €10.50' }).waitFor()

  await admin.getByRole('button', { name: 'Refund' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Sum in EUR').fill('10.51')
  await dialog.getByLabel('Reason').fill('the barrier did not open')
  await dialog.getByRole('button', { name: 'Refund' }).click()
  await dialog.getByText('A sum of €10.50 at most').waitFor()
  await dialog.getByLabel('Sum in EUR').fill('4.00')
  await looksRight(admin, 'payment-refund')
  await dialog.getByRole('button', { name: 'Refund' }).click()
  await admin.getByRole('link', { name: /^No\. \d+, as its driver sees it$/ }).waitFor()
  await rowOf('Refunds', 'the barrier did not open').filter({ hasText: 'Paid back' }).waitFor()
  await looksRight(admin, 'payment')

  await admin.getByRole('button', { name: 'Refund' }).click()
  expect(await dialog.getByLabel('Sum in EUR').inputValue()).toBe('6.50')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await goTo(admin, 'Payments')
  await rowOf('Payments', '€4.00 back').waitFor()
})

test('money that names nothing we know waits to be adopted, and then is credit of that vehicle', async () => {
  await payUnknown(stack, 1050)
  await goTo(admin, 'Alerts')
  await admin.getByRole('link', { name: 'Say whose it is' }).first().click()
  const orphan = rowOf('Unmatched', '€10.50')
    .filter({ has: admin.getByRole('button', { name: 'Adopt' }) })
    .first()
  await orphan.waitFor()
  await looksRight(admin, 'orphans')
  await orphan.getByRole('button', { name: 'Adopt' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Plate').fill('B OR 202')
  await dialog.getByLabel('Reason').fill('the driver showed the receipt')
  await looksRight(admin, 'orphan-adopt')
  await dialog.getByRole('button', { name: 'Adopt' }).click()
  await dialog.waitFor({ state: 'detached' })
  const { sessionId } = (await postRead(stack.api, garage.entry, 'B OR 202'))!
  const credited = () => rows(stack, 'select amount_minor from payments where session_id = $1', sessionId)
  await expect.poll(credited, soon).toEqual([{ amount_minor: 1050 }])
  await parkedFor(stack, sessionId!, 3 * 60 + 10)
  expect(await postRead(stack.api, garage.exit, 'B OR 202')).toMatchObject({ outcome: 'ALLOW' })
})

test('a subscription is made, used, paused, resumed and ended; the gate follows at its next read', async () => {
  await goTo(admin, 'Subscriptions')
  await rowOf('Subscriptions', 'Havel Catering').waitFor()
  await looksRight(admin, 'subscriptions')
  await admin.getByRole('button', { name: 'New subscription' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Holder').fill('Ida Maurer')
  await dialog.getByLabel('Plan').selectOption({ label: 'Commuter' })
  await dialog.getByLabel('Vehicles').fill('B SB 300\nB SB 302')
  await looksRight(admin, 'subscription-new')
  await dialog.getByRole('button', { name: 'New subscription' }).click()
  await rowOf('Subscriptions', 'Ida Maurer').getByRole('link').click()
  await admin.getByRole('heading', { name: 'Ida Maurer' }).waitFor()
  await admin.getByText('0 of 1 in use').waitFor()
  await admin.getByRole('button', { name: 'Change', exact: true }).click()
  const listed = (await dialog.getByLabel('Vehicles').inputValue()).split('\n')
  expect(listed.toSorted()).toEqual(['BSB300', 'BSB302'])
  await dialog.getByLabel('Vehicles').fill('B SB 301\nB SB 302')
  await dialog.getByLabel('Reason').fill('has another car now')
  await dialog.getByRole('button', { name: 'Change', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
  await rowOf('Vehicles', 'BSB301').waitFor()

  expect(await postRead(stack.api, garage.entry, 'B SB 301')).toMatchObject({
    outcome: 'ALLOW',
    reason: 'subscription',
  })
  await admin.getByText('1 of 1 in use').waitFor()
  await looksRight(admin, 'subscription')

  const act = async (name: string) => {
    await admin.getByRole('button', { name, exact: true }).click()
    await dialog.getByLabel('Reason').fill('asked for by the holder')
    await dialog.getByRole('button', { name, exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const entry = async () => (await postRead(stack.api, garage.entry, 'B SB 302'))?.reason
  await act('Pause')
  await admin.getByText('Paused', { exact: false }).first().waitFor()
  expect(await entry()).not.toBe('subscription')
  await looksRight(admin, 'subscription-paused')
  await act('Resume')
  await admin.getByText('Active', { exact: true }).waitFor()
  await admin.getByRole('button', { name: 'Cancel now' }).click()
  await dialog.getByRole('button', { name: 'Cancel now' }).click()
  await dialog.waitFor({ state: 'detached' })
  await admin.getByText(/Ended/).first().waitFor()
})

test('a plan with a price that is put on offer is what drivers can buy', async () => {
  await goTo(admin, 'Subscriptions')
  await admin.getByRole('link', { name: 'Plans' }).click()
  await admin.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
  await looksRight(admin, 'plans')
  await admin.getByRole('button', { name: 'New plan' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Weekends')
  await dialog.getByLabel('Price in EUR').fill('19.90')
  await dialog.getByLabel('Drivers may buy it themselves').selectOption({ label: 'Yes' })
  await looksRight(admin, 'plan-new')
  await dialog.getByRole('button', { name: 'New plan' }).click()
  await rowOf('Plans', 'Weekends').filter({ hasText: '€19.90 per month' }).waitFor()
  const driver = await (await browser.newContext(phone)).newPage()
  const offers = () => driver.getByRole('heading', { name: 'Weekends' }).count()
  await driver.goto(`${stack.dashboard}/plans?site=${garage.siteId}`)
  await expect.poll(offers, soon).toBe(1)
})

test('a viewer sees on a phone, in German, what was paid and why it was asked, and can change nothing', async () => {
  const context = await browser.newContext(phone)
  notePageProblems(context, problems)
  const viewer = await openLanes(context, stack, 'viewer')
  await viewer.evaluate(() => localStorage.setItem('turnpike.language', 'de'))
  await viewer.goto(`${stack.dashboard}/payments`)
  await viewer.getByRole('list', { name: 'Zahlungen' }).getByRole('link').first().click()
  await viewer.getByRole('heading', { name: /^Zahlung über/ }).waitFor()
  expect(await viewer.getByRole('button', { name: 'Erstatten' }).count()).toBe(0)
  await looksRight(viewer, 'phone-payment-german')
  await viewer.getByRole('link', { name: 'Aufenthalt', exact: true }).click()
  const happened = viewer.getByRole('list', { name: 'Verlauf des Aufenthalts' })
  await happened.getByText('Durchfahrt erfasst: durchgefahren').first().waitFor()
  await happened.getByRole('button', { name: 'Warum' }).first().click()
  await happened.getByText('Der Parkplatz lässt unbekannte Fahrzeuge ein; sie bezahlen, bevor sie ausfahren.').waitFor()
  await looksRight(viewer, 'phone-session-german')
  await viewer.goto(`${stack.dashboard}/subscriptions`)
  await viewer.getByRole('list', { name: 'Abos' }).getByRole('link').first().click()
  await viewer.getByText('Jetzt belegt').waitFor()
  expect(await viewer.getByRole('button', { name: 'Pausieren' }).count()).toBe(0)
  await looksRight(viewer, 'phone-subscription-german')
})

test('every screen there is fits a phone, has nothing that axe finds serious, and is where its address leads after signing in', async () => {
  await payUnknown(stack, 1050)
  // All that can be done about a subscription is offered for one that a provider collects for.
  const [collected] = await rows<{ id: string }>(
    stack,
    `update subscriptions set provider = 'stripe', provider_object_id = 'sub_wide' where holder = 'Havel Catering' returning id`,
  )
  const [payment] = await rows<{ id: string }>(stack, 'select id from payments where session_id is not null limit 1')
  const { sessionId } = (await postRead(stack.api, garage.entry, 'B PH 4001'))!
  const unmatched = (await postRead(stack.api, garage.exit, 'B PH 9009'))!
  expect(unmatched.reason).toBe('exit_without_session')

  const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { name, level: 1 })
  const list = (name: string) => (page: Page) => page.getByRole('list', { name, exact: true })
  /** By the path that the router knows it by: what leads there, and what is to be seen then. */
  const screens: Record<string, [address: string, shown: (page: Page) => Locator][]> = {
    '/subscriptions/plans': [['/subscriptions/plans', list('Plans')]],
    '/': [['/', heading('Overview')]],
    '/overview': [['/overview', (page) => page.getByText('Revenue').first()]],
    '/lanes': [
      ['/lanes', (page) => page.getByRole('article').first()],
      ['/lanes?view=wall', (page) => page.locator('button[data-gate-id]').first()],
    ],
    '/sign': [['/sign', (page) => page.getByRole('img', { name: /^QR code of / }).first()]],
    '/activity': [['/activity', list('Activity')]],
    '/inside': [['/inside', list('Inside now')]],
    '/sessions/$sessionId': [[`/sessions/${sessionId}`, list('Timeline of the stay')]],
    '/workbench/$decisionId': [[`/workbench/${unmatched.decisionId}`, (page) => page.getByRole('radiogroup')]],
    '/alerts': [['/alerts', list('Alerts')]],
    '/blacklist': [['/blacklist', list('Blacklist')]],
    '/payments': [
      ['/payments', list('Payments')],
      ['/payments?show=orphans', list('Unmatched')],
    ],
    '/payments/$paymentId': [[`/payments/${payment!.id}`, heading(/^Payment of/)]],
    '/subscriptions': [['/subscriptions', list('Subscriptions')]],
    '/subscriptions/$subscriptionId': [[`/subscriptions/${collected!.id}`, list('Vehicles')]],
    '/operators': [['/operators', list('Operators')]],
    'anything else': [['/nowhere', (page) => page.getByText('There is no such screen')]],
  }
  const router = await readFile(resolve(import.meta.dirname, '../dashboard/src/router.tsx'), 'utf8')
  const paths = [...router.matchAll(/ path: '([^']+)'/g)].map(([, path]) => path!)
  expect(Object.keys(screens).toSorted()).toEqual([...paths, 'anything else'].toSorted())

  const context = await browser.newContext(phone)
  notePageProblems(context, problems)
  const handheld = await context.newPage()
  const { email, password } = stack.operators.find(({ role }) => role === 'admin')!
  await handheld.goto(`${stack.dashboard}/subscriptions/plans`)
  await signInAs(handheld, email, password)
  await list('Plans')(handheld).waitFor()
  for (const [address, shown] of Object.values(screens).flat()) {
    await handheld.goto(stack.dashboard + address)
    await shown(handheld).waitFor()
    await handheld.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
    const clipped = await handheld.getByRole('main').evaluate((main) => {
      const edge = main.getBoundingClientRect().right
      const parts = [...main.querySelectorAll('*')].map((part) => ({ part, box: part.getBoundingClientRect() }))
      // What is only read out is a pixel wide.
      return parts.filter(({ box }) => box.right > edge && box.width > 1).map(({ part }) => part.outerHTML)
    })
    expect.soft(clipped, address).toEqual([])
    await looksRight(handheld, `phone-screen${address.replace(/[0-9a-f-]{36}/, 'one').replaceAll(/[/?=]/g, '-')}`)
  }
  await context.close()
})

test('no page met an error or broke its own security policy', () => {
  expect(problems).toEqual([])
})
