import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postRead } from '@turnpike/local/camera.ts'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { launchBrowser } from './browser.ts'
import { phone } from './devices.ts'
import { type Garage, garageOf } from './garage.ts'
import { letterTo, linkIn } from './mailbox.ts'
import { notePageProblems } from './page-problems.ts'
import { payByCard } from './pay-at-stand-in.ts'
import { parkedFor, rows } from './rows.ts'
import { photograph } from './screenshots.ts'
import { type RunningStack, startStack } from './stack.ts'

/*
 * Drivers with a phone and no account, on the whole of Turnpike as `npm start` runs it: both providers, what they decline, what arrives
 * late, and subscriptions from the plan to the invoice.
 */

const soon = { timeout: 30_000, interval: 100 }
const problems: string[] = []
/** Whom the pages of a driver asked for anything. */
const asked = new Set<string>()
const contexts: BrowserContext[] = []

let folder: string
let browser: Browser
let stack: RunningStack
let garage: Garage
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-drivers-'))
  browser = await launchBrowser()
  stack = await startStack(folder, 'default')
  garage = garageOf(stack)
})
afterAll(async () => {
  await stack?.stop()
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function phonePage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ...phone, ...options })
  notePageProblems(context, problems)
  context.on('request', (request) => asked.add(new URL(request.url()).origin))
  contexts.push(context)
  return context.newPage()
}

/** A car that came in, stayed that long, and stands at the exit. Answers where its driver pays. */
async function atExit(plate: string, minutes = 3 * 60 + 10): Promise<{ sessionId: string; payUrl: string }> {
  const arrived = (await postRead(stack.api, garage.entry, plate))!
  await parkedFor(stack, arrived.sessionId!, minutes)
  const owes = (await postRead(stack.api, garage.exit, plate))!
  expect(owes).toMatchObject({ outcome: 'PAY', openBarrier: false })
  return { sessionId: arrived.sessionId!, payUrl: owes.quote!.payUrl }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const paid = (page: Page) => page.getByRole('heading', { name: /^(Paid|Bezahlt)\. / }).waitFor()
const paymentsOf = (sessionId: string) =>
  rows<{ provider: string; amount_minor: number }>(
    stack,
    'select provider, amount_minor from payments where session_id = $1',
    sessionId,
  )
const stateOf = (sessionId: string) => rows(stack, 'select state from sessions where id = $1', sessionId)

async function looksRight(page: Page, name: string): Promise<void> {
  expect.soft(await accessibilityProblems(page), name).toEqual([])
  await photograph(page, name)
}

describe('paying a stay', () => {
  test('with PayPal opens the barrier, says what it does, and leaves a receipt with its VAT', async () => {
    const { sessionId, payUrl } = await atExit('B PP 1001')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await driver.getByRole('heading', { name: 'To pay €10.50' }).waitFor()
    await looksRight(driver, 'driver-owes')
    await press(driver, 'Pay with PayPal')
    await driver.getByRole('heading', { name: 'Pay €10.50', exact: true }).waitFor()
    expect(new URL(driver.url()).origin).toBe(stack.provider)
    await looksRight(driver, 'driver-paypal')
    await press(driver, 'Pay')
    await paid(driver)
    await looksRight(driver, 'driver-paid')
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'paypal', amount_minor: 1050 }])
    await expect.poll(() => stateOf(sessionId), soon).toEqual([{ state: 'closed' }])
    const saysGone = (page: Page) =>
      page.getByText('The barrier has opened. Have a good trip!', { exact: true }).waitFor()
    await saysGone(driver)
    const reopened = await phonePage()
    await reopened.goto(payUrl)
    await saysGone(reopened)

    await driver.getByRole('link', { name: 'Show the receipt' }).click()
    await driver.getByRole('heading', { name: 'Receipt' }).waitFor()
    const text = await driver.getByRole('article').innerText()
    expect(text).toMatch(/7 × 30 min at €1\.50\s+€10\.50/)
    expect(text).toMatch(/Net, before VAT 19 %\s+€8\.82\s+VAT 19 %\s+€1\.68/)
    expect(text).toContain('with PayPal')
    expect(text).toContain('Rosengarten Parkhaus GmbH\nRosengartenstraße 12, 10115 Berlin\nUSt-IdNr. DE123456789\n')
    expect(text).toMatch(/Number\s+\d{1,3}\s/)
    expect(text).not.toMatch(/PP.?1001/)
    await looksRight(driver, 'driver-receipt')
    const print = driver.getByRole('button', { name: 'Print' })
    await driver.emulateMedia({ media: 'print' })
    await print.waitFor({ state: 'hidden' })
    await photograph(driver, 'driver-receipt-printed')
    const again = await phonePage()
    await again.goto(driver.url())
    await again.getByRole('heading', { name: 'Receipt' }).waitFor()
    expect(await again.getByRole('article').innerText()).toBe(text)
  })

  test('in German from the typed plate, by card', async () => {
    const { sessionId } = await atExit('B DE 2002', 20)
    const driver = await phonePage({ locale: 'de-DE' })
    await driver.goto(`${stack.dashboard}/pay?site=${garage.siteId}`)
    await driver.getByLabel('Ihr Kennzeichen').fill('???')
    await press(driver, 'Zeigen, was offen ist')
    await driver.getByRole('alert').getByText('Bitte prüfen Sie, was Sie eingegeben haben.').waitFor()
    await driver.getByLabel('Ihr Kennzeichen').fill('b-de 2002')
    await press(driver, 'Zeigen, was offen ist')
    await driver.getByRole('heading', { name: /Zu zahlen/ }).waitFor()
    expect(await driver.getByRole('main').innerText()).toMatch(/1 × 30 min zu 1,50\s€\s+1,50/)
    expect(driver.url()).not.toMatch(/2002/)
    await looksRight(driver, 'driver-owes-german')
    await press(driver, 'Mit Karte bezahlen')
    await press(driver, 'Pay')
    await paid(driver)
    await looksRight(driver, 'driver-paid-german')
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'stripe', amount_minor: 150 }])
  })

  test('is not done by a decline, nor by a bank that declines what was approved; another way still is', async () => {
    const { sessionId, payUrl } = await atExit('B DC 3003')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await press(driver, 'Pay with PayPal')
    await press(driver, 'Decline')
    await driver.getByRole('alert').filter({ hasText: 'declined' }).waitFor()
    await driver.getByRole('link', { name: 'Cancel and return' }).click()
    await driver.getByRole('heading', { name: 'To pay €10.50' }).waitFor()
    await press(driver, 'Pay with PayPal')
    await press(driver, 'Approve, and the bank declines')
    await driver.getByRole('heading', { name: 'Confirming your payment' }).waitFor()
    expect(await paymentsOf(sessionId)).toEqual([])
    await driver.goto(payUrl)
    await press(driver, 'Pay with card')
    await press(driver, 'Decline')
    await driver.getByRole('alert').filter({ hasText: 'declined' }).waitFor()
    await press(driver, 'Pay')
    await paid(driver)
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'stripe', amount_minor: 1050 }])
  })

  test('that somebody else paid meanwhile is not paid again: the page says that it is paid', async () => {
    const { sessionId, payUrl } = await atExit('B TW 8008')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await driver.getByRole('heading', { name: 'To pay €10.50' }).waitFor()
    await payByCard(stack, payUrl)
    await expect.poll(() => paymentsOf(sessionId), soon).toEqual([{ provider: 'stripe', amount_minor: 1050 }])
    await press(driver, 'Pay with PayPal')
    await paid(driver)
    expect(await paymentsOf(sessionId)).toHaveLength(1)
  })

  test('through a provider that is down is answered with the other way, which works', async () => {
    const { sessionId, payUrl } = await atExit('B DN 9009')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await paypalApi('down')
    await press(driver, 'Pay with PayPal')
    await driver.getByRole('alert').getByText('Paying this way does not work right now.').waitFor()
    await looksRight(driver, 'driver-way-down')
    await paypalApi('works')
    await press(driver, 'Pay with card')
    await press(driver, 'Pay')
    await paid(driver)
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'stripe', amount_minor: 1050 }])
  })

  test('before driving to the exit: the page says that the barrier opened, also where that took longer', async () => {
    const plate = 'B WK 1010'
    const { sessionId } = (await postRead(stack.api, garage.entry, plate))!
    await parkedFor(stack, sessionId!, 20)
    const driver = await phonePage()
    await driver.clock.install()
    await driver.goto(`${stack.dashboard}/pay?site=${garage.siteId}`)
    await driver.getByLabel('Your licence plate').fill(plate)
    await press(driver, 'Show what I owe')
    await press(driver, 'Pay with card')
    await press(driver, 'Pay')
    await paid(driver)
    await driver.getByText(/^The barrier opens when you get there, until/).waitFor()
    await driver.clock.fastForward('12:00')
    expect(await postRead(stack.api, garage.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
    await driver.getByText('The barrier has opened. Have a good trip!', { exact: true }).waitFor()
  })

  test('is not offered any more once the stay has ended, and no new price either', async () => {
    const { sessionId, payUrl } = await atExit('B EN 7007', 70)
    await rows(stack, 'update gate_passes set passage_at = now() where session_id = $1', sessionId)
    await rows(stack, "update sessions set state = 'closed', closed_at = now() where id = $1", sessionId)
    const driver = await phonePage()
    await driver.goto(payUrl)
    await driver.getByRole('heading', { name: 'This stay has ended' }).waitFor()
    expect(await driver.getByRole('main').locator('button, a').count()).toBe(0)
    await looksRight(driver, 'driver-stay-ended')
  })

  test('by bank debit opens nothing until the money is there, and says why', async () => {
    const { sessionId, payUrl } = await atExit('B LA 4004')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await press(driver, 'Pay with card')
    await press(driver, 'Pay by bank debit (the money arrives later)')
    await driver.getByText(/takes days to arrive/).waitFor()
    await looksRight(driver, 'driver-later')
    expect(await paymentsOf(sessionId)).toEqual([])
    expect(await stateOf(sessionId)).toEqual([{ state: 'open' }])
    await moneyArrives(driver)
    await paid(driver)
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'stripe', amount_minor: 1050 }])
  })

  test('by eCheck is paid when it clears', async () => {
    const { sessionId, payUrl } = await atExit('B EC 5005')
    const driver = await phonePage()
    await driver.goto(payUrl)
    await press(driver, 'Pay with PayPal')
    await press(driver, 'Pay by eCheck (the money arrives later)')
    await driver.getByText(/takes days to arrive/).waitFor()
    expect(await paymentsOf(sessionId)).toEqual([])
    await moneyArrives(driver)
    await paid(driver)
    expect(await paymentsOf(sessionId)).toEqual([{ provider: 'paypal', amount_minor: 1050 }])
  })

  test('goes on by itself where requests get lost, and after the phone was offline', async () => {
    const { payUrl } = await atExit('B OF 6006')
    const driver = await phonePage()
    let lost = 0
    await driver.route(/\/v1\/quotes\/[^/]+$/, (route) =>
      lost++ < 2 ? route.abort('connectionreset') : route.continue(),
    )
    await driver.goto(payUrl)
    await driver.getByRole('heading', { name: 'To pay €10.50' }).waitFor()
    expect(lost).toBe(3)
    await driver.context().setOffline(true)
    await press(driver, 'Pay with card')
    await driver.getByText('You are offline.').waitFor()
    await looksRight(driver, 'driver-offline')
    await driver.context().setOffline(false)
    await driver.getByRole('heading', { name: 'Pay €10.50', exact: true }).waitFor()
  })
})

describe('a typed plate that owes nothing', () => {
  async function answerTo(driver: Page, plate: string): Promise<string> {
    await driver.goto(`${stack.dashboard}/pay?site=${garage.siteId}`)
    await driver.getByLabel('Your licence plate').fill(plate)
    await press(driver, 'Show what I owe')
    return driver.locator('.nothing > p').first().innerText()
  }

  test('is told the same whether it was ever seen or not, with other readings of what was typed', async () => {
    await postRead(stack.api, garage.entry, 'B HC 101') // a subscriber who is inside
    const driver = await phonePage()
    const seen = await answerTo(driver, 'B HC 101')
    expect(await answerTo(driver, 'B NO 8000')).toBe(seen)
    const others = driver.locator('.chip.plate')
    expect(await others.allInnerTexts()).toEqual(['B NO 800O', 'B NO 80O0', 'B NO 8O00', 'B NO B000'])
    await looksRight(driver, 'driver-nothing')
  })

  test('may pay in advance, and the stay that follows owes that much less', async () => {
    const plate = 'B AD 7007'
    const driver = await phonePage()
    await answerTo(driver, plate)
    await press(driver, '2 h')
    await driver.getByRole('heading', { name: 'In advance €6.00' }).waitFor()
    await looksRight(driver, 'driver-advance')
    await press(driver, 'Pay with PayPal')
    await press(driver, 'Pay')
    await driver.getByRole('heading', { name: 'Paid in advance' }).waitFor()
    await looksRight(driver, 'driver-advance-paid')
    const { sessionId } = (await postRead(stack.api, garage.entry, plate))!
    await expect.poll(() => paymentsOf(sessionId!), soon).toEqual([{ provider: 'paypal', amount_minor: 600 }])
    await parkedFor(stack, sessionId!, 3 * 60 - 1)
    expect(await postRead(stack.api, garage.exit, plate)).toMatchObject({ outcome: 'PAY', quote: { amountMinor: 300 } })
  })
})

describe.each([
  ['stripe', 'Card (Stripe)', 'Subscribe', 'en-GB'],
  ['paypal', 'PayPal', 'Agree & Subscribe', 'en-GB'],
])('a subscription paid with %s', (provider, method, agree, locale) => {
  const email = `holder-${provider}@example.org`
  const plate = provider === 'stripe' ? 'B SU 1' : 'B SU 2'
  const newPlate = `${plate}9`

  test('is bought without an account: plan, vehicles, checkout, confirmation', async () => {
    const driver = await phonePage({ locale })
    await driver.goto(`${stack.dashboard}/plans?site=${garage.siteId}`)
    const offer = driver.getByRole('listitem').filter({ has: driver.getByRole('heading', { name: 'Commuter' }) })
    expect(await offer.innerText()).toContain('€89.00 per month')
    await looksRight(driver, 'driver-plans')
    await offer.getByRole('button', { name: 'Choose' }).click()
    await driver.getByLabel('Licence plates').fill(plate)
    await driver.getByLabel('Name').fill('Ada Baker')
    await driver.getByLabel('E-mail').fill(email)
    await driver.getByLabel(method, { exact: true }).check()
    await looksRight(driver, `driver-subscribe-${provider}`)
    await press(driver, 'Go to payment')
    await driver.getByRole('heading', { name: 'Subscribe for €89.00' }).waitFor()
    await press(driver, 'Decline')
    await driver.getByRole('alert').filter({ hasText: 'declined' }).waitFor()
    expect(await postRead(stack.api, garage.entry, plate)).not.toMatchObject({ reason: 'subscription' })
    await looksRight(driver, `driver-subscribe-at-${provider}`)
    await press(driver, agree)
    await driver.getByRole('heading', { name: 'You are subscribed' }).waitFor()
    await looksRight(driver, 'driver-subscribed')
  })

  test('is looked after by the mailed link: vehicles, invoices, cancelling', async () => {
    const driver = await phonePage({ locale })
    const link = linkIn(await letterTo(stack, email))
    await driver.goto(link)
    await driver.getByRole('heading', { name: 'Commuter' }).waitFor()
    await driver.getByText('Your vehicles may park now.').waitFor()
    await looksRight(driver, `driver-manage-${provider}`)

    await driver.getByLabel('Licence plates').fill(newPlate)
    await press(driver, 'Save plates')
    await driver.getByText('Saved. The gates know them from now on.').waitFor()
    expect(await postRead(stack.api, garage.entry, newPlate)).toMatchObject({
      outcome: 'ALLOW',
      reason: 'subscription',
    })

    const charged = () =>
      rows(
        stack,
        'select amount_minor from payments p join subscriptions s on s.id = p.subscription_id where s.email = $1',
        email,
      )
    await expect.poll(charged, soon).toEqual([{ amount_minor: 8900 }])
    await driver.goto(`${stack.dashboard}/manage`)
    await driver.goto(link)
    await driver.getByText('€89.00', { exact: true }).waitFor()
    await driver.getByRole('link', { name: 'Receipt' }).click()
    await driver.getByRole('article').getByText('Commuter').waitFor()
    await driver.goBack()

    await press(driver, 'Cancel subscription')
    await driver.getByRole('group', { name: 'Cancel at the end of the paid period?' }).waitFor()
    await looksRight(driver, 'driver-cancel')
    await press(driver, 'Yes, cancel')
    const cancelled = () => rows(stack, 'select cancel_at_period_end from subscriptions where email = $1', email)
    await expect.poll(cancelled, soon).toMatchObject([{ cancel_at_period_end: true }])
    await driver.goto(`${stack.dashboard}/manage`)
    await driver.goto(link)
    await driver.getByText(/Ends on/).waitFor()
    await driver.getByText('Your vehicles may park now.').waitFor()
  })
})

test('a subscription that begins later is bought for that day, and lets nobody in before', async () => {
  const plate = 'B LT 7001'
  const driver = await phonePage()
  await driver.goto(`${stack.dashboard}/plans?site=${garage.siteId}`)
  const offer = driver.getByRole('listitem').filter({ has: driver.getByRole('heading', { name: 'Commuter' }) })
  await offer.getByRole('button', { name: 'Choose' }).click()
  await driver.getByLabel('Licence plates').fill(plate)
  await driver.getByLabel('Name').fill('Ada Later')
  await driver.getByLabel('E-mail').fill('later@example.org')
  await driver.getByLabel('on a day').check()
  const day = new Date(Date.now() + 20 * 86_400_000)
  await driver.getByLabel('First day').fill(day.toISOString().slice(0, 10))
  await looksRight(driver, 'driver-subscribe-later')
  await press(driver, 'Go to payment')
  await press(driver, 'Subscribe')
  await driver.getByRole('heading', { name: 'You are subscribed' }).waitFor()
  const written = day.toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long', year: 'numeric' })
  await driver.getByText(`Your vehicles may park from ${written} on.`).waitFor()
  expect((await postRead(stack.api, garage.entry, plate))!.reason).not.toBe('subscription')
})

test('who lost the link gets a new one by mail, and nobody learns whether there is a subscription', async () => {
  const driver = await phonePage()
  await driver.goto(`${stack.dashboard}/manage`)
  await driver.getByLabel('E-mail').fill('nobody@example.org')
  await press(driver, 'Mail me the link')
  const said = await driver.locator('.nothing:not([hidden])').innerText()
  await looksRight(driver, 'driver-link')
  await driver.getByLabel('E-mail').fill('holder-stripe@example.org')
  await press(driver, 'Mail me the link')
  expect(await driver.locator('.nothing:not([hidden])').innerText()).toBe(said)
})

test('nobody but the car park and the provider was asked for anything, and nothing was left on the phone', async () => {
  const ours = [stack.dashboard, stack.api, stack.provider].map((url) => new URL(url).origin)
  expect([...asked].filter((origin) => !ours.includes(origin))).toEqual([])
  for (const context of contexts) expect(await context.storageState()).toEqual({ cookies: [], origins: [] })
})

test('no page met an error or broke its own security policy', () => {
  expect(problems).toEqual([])
})

async function paypalApi(api: 'works' | 'down'): Promise<void> {
  const set = await fetch(`${stack.provider}/_control/paypal/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api }),
  })
  expect(set.status).toBe(200)
}

/** At the providers' desk, as a person would. */
async function moneyArrives(driver: Page): Promise<void> {
  const desk = await driver.context().newPage()
  await desk.goto(stack.provider)
  await desk.getByRole('button', { name: 'The money arrives' }).click()
  await desk.getByRole('button', { name: 'The money arrives' }).waitFor({ state: 'detached' })
  await desk.close()
}
