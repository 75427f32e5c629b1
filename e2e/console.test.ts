import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TurnpikeAnswer, turnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import { postRead } from '@turnpike/local/camera.ts'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { encode } from 'uqr'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { auditTrail, including } from './audit-trail.ts'
import { launchBrowser } from './browser.ts'
import { cardOf, goTo, openLanes, readCard } from './console-page.ts'
import { consoleScreen, phone } from './devices.ts'
import { type Garage, garageOf } from './garage.ts'
import { halt } from './halt.ts'
import { notePageProblems } from './page-problems.ts'
import { parkedFor, rows } from './rows.ts'
import { photograph } from './screenshots.ts'
import { type RunningStack, startStack } from './stack.ts'

/*
 * The operators' screens on the whole of Turnpike, as `npm start` runs it. The tests follow one another on the same car park.
 */

const soon = { timeout: 20_000, interval: 50 }
const problems: string[] = []

let folder: string
let browser: Browser
let stack: RunningStack
let garage: Garage
let page: Page
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-e2e-'))
  browser = await launchBrowser()
  stack = await startStack(folder, 'postgres_only')
  garage = garageOf(stack)
  page = await open('operator', consoleScreen)
})
afterAll(async () => {
  await stack?.stop()
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(role: string, device: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(device)
  notePageProblems(context, problems)
  return openLanes(context, stack, role)
}
const enters = async (plate: string) => (await postRead(stack.api, garage.entry, plate))!
const leaves = async (plate: string) => (await postRead(stack.api, garage.exit, plate))!

/** A read of the garage's entry camera as it is seldom posted: late, ahead of time, unsure. Returns the answer. */
async function reads(plate: string, seen: { capturedAt: Date; confidence?: number }): Promise<TurnpikeAnswer> {
  const { id, key } = garage.entry
  const answer = await fetch(`${stack.api}/v1/cameras/${id}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ eventId: `read of ${plate}`, plate, ...seen }),
  })
  return turnpikeAnswer.parse(await answer.json())
}

/** Looks at a screen as it is now: light, dark, and for what axe finds serious. */
async function inspect(name: string, shown = page) {
  expect.soft(await accessibilityProblems(shown), name).toEqual([])
  await photograph(shown, name)
}

test('the overview counts a car as it enters, and what needs somebody leads to where it is', async () => {
  await goTo(page, 'Overview')
  const tile = page.locator(`article[data-site-id="${garage.siteId}"]`)
  const inside = async () => Number(await tile.locator('[data-inside]').getAttribute('data-inside'))
  const before = await inside()
  await enters('B OV 1001')
  await expect.poll(inside, soon).toBe(before + 1)
  const denied = async () => Number(await tile.locator('[data-figure="denials"] dd').innerText())
  const deniedBefore = await denied()
  await enters('B XX 6660')
  await expect.poll(denied, soon).toBe(deniedBefore + 1)
  await tile.getByText('Revenue').waitFor()
  await inspect('overview')

  await leaves('B OV 1001')
  await expect.poll(() => tile.locator('[data-attention="waiting"]').count(), soon).toBe(1)
  await tile.locator('[data-attention="waiting"]').click()
  await cardOf(page, garage.exit.gateId).waitFor()
  expect(new URL(page.url()).pathname).toBe('/lanes')
})

test('the sign of a site is found from its lanes and by name, and its code is the address where drivers type their plate', async () => {
  const sign = page.locator(`article[data-site-id="${garage.siteId}"]`)
  await goTo(page, 'Lanes')
  await page.getByRole('link', { name: 'Sign of Rosengarten Garage' }).click()
  await page.getByRole('heading', { name: 'Sign for drivers' }).waitFor()
  await sign.getByRole('heading', { name: 'Rosengarten Garage' }).waitFor()
  for (const line of ['Hier scannen und bezahlen', 'Scan to pay']) await sign.getByText(line, { exact: true }).waitFor()
  const address = `${stack.dashboard}/pay?site=${garage.siteId}`
  const code = sign.getByRole('img', { name: `QR code of ${address}` })
  expect(await drawnModules(code)).toEqual(encode(address, { ecc: 'Q', border: 4 }).data)
  await inspect('sign')

  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  expect(await sheetsOf(page)).toEqual(['210×297'])
  await photograph(page, 'sign-printed')
  await page.emulateMedia({ media: null })

  await goTo(page, 'Overview')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('textbox').fill('sign rosen')
  await page.keyboard.press('Enter')
  await sign.waitFor()
  const driver = await (await browser.newContext(phone)).newPage()
  await driver.goto(await sign.getByText(address, { exact: true }).innerText())
  await driver.getByLabel('Your licence plate').waitFor()
})

/** The sizes in mm of what a page is printed on. */
async function sheetsOf(shown: Page): Promise<string[]> {
  const pdf = (await shown.pdf({ preferCSSPageSize: true })).toString('latin1')
  const mm = (points: string) => Math.round((Number(points) / 72) * 25.4)
  return [...pdf.matchAll(/[/]MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, w, h]) => `${mm(w!)}×${mm(h!)}`)
}

/** What a scanner sees of a code: each module dark or not, as it is filled. */
function drawnModules(code: Locator): Promise<boolean[][]> {
  return code.evaluate((svg) => {
    const { viewBox, lastElementChild: path } = svg as unknown as Drawing
    const places = [...Array(viewBox.baseVal.width).keys()].map((place) => place + 0.5)
    return places.map((y) => places.map((x) => path.isPointInFill({ x, y })))
  })
}
type Drawing = {
  viewBox: { baseVal: { width: number } }
  lastElementChild: { isPointInFill(point: { x: number; y: number }): boolean }
}

test('decisions appear by themselves, stand still while paused, and a link has the filters but never a plate', async () => {
  await goTo(page, 'Activity')
  const list = page.getByRole('list', { name: 'Activity' })
  const row = (decisionId: string) => list.locator(`[data-decision-id="${decisionId}"]`)
  const denied = await enters('B XX 6660')
  const first = await enters('B AC 2001')
  await row(first.decisionId).getByText('BAC2001').waitFor()
  await inspect('activity')

  await page.getByRole('button', { name: 'Pause' }).click()
  const second = await enters('B AC 2002')
  await page.getByText('Paused. New decisions wait.').waitFor()
  expect(await row(second.decisionId).count()).toBe(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await row(second.decisionId).waitFor()

  await page.getByLabel('Outcome').selectOption('DENY')
  await row(first.decisionId).waitFor({ state: 'detached' })
  expect(new URL(page.url()).searchParams.get('outcome')).toBe('DENY')
  await page.reload()
  await list.waitFor()
  expect(await list.locator('[data-outcome]:not([data-outcome="DENY"])').count()).toBe(0)

  await page.getByLabel('Outcome').selectOption('')
  await page.getByLabel('Reason').selectOption('blacklisted')
  await expect.poll(() => list.locator('[data-outcome]:not([data-outcome="DENY"])').count(), soon).toBe(0)
  await row(denied.decisionId).waitFor()
  await page.getByLabel('Lane', { exact: true }).selectOption(garage.exit.gateId)
  await row(denied.decisionId).waitFor({ state: 'detached' })
  await page.getByLabel('Reason').selectOption('')
  await page.getByLabel('Lane', { exact: true }).selectOption('')
  await row(first.decisionId).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('body').press('/')
  await page.keyboard.type('AC20')
  await row(first.decisionId).waitFor()
  await expect.poll(() => list.getByRole('listitem').count(), soon).toBe(2)
  expect(page.url()).not.toMatch(/AC20/)

  await row(first.decisionId).getByRole('link', { name: 'Why' }).click()
  await page.getByRole('dialog').locator('[data-looked-at]').getByText('place free').waitFor()
  await page.getByRole('dialog').getByText('All facts').click()
  await page.getByRole('dialog').getByText('gate › direction').waitFor()
  await inspect('activity-why')
  await page.keyboard.press('Escape')
})

test('what no lane tells of appears too; older decisions are added page by page, and stay while new ones come', async () => {
  await goTo(page, 'Overview')
  await goTo(page, 'Activity')
  const list = page.getByRole('list', { name: 'Activity' })
  const count = () => list.getByRole('listitem').count()
  // Late reads are decided and change nothing else.
  const late = { capturedAt: new Date(Date.now() - 600_000) }
  const { decisionId } = await reads('K 101', late)
  await list.locator(`[data-decision-id="${decisionId}"]`).waitFor()
  await Promise.all(Array.from({ length: 59 }, (_, n) => reads(`K ${102 + n}`, late)))
  const onRecord = () => rows(stack, `select from decisions where mode = 'history'`)
  await expect.poll(async () => (await onRecord()).length, soon).toBe(60)
  await goTo(page, 'Overview')
  await goTo(page, 'Activity')
  await expect.poll(count, soon).toBe(50)
  await page.getByRole('button', { name: 'Show older' }).click()
  await expect.poll(count, soon).toBeGreaterThan(60)
  const shown = () =>
    list.locator('[data-decision-id]').evaluateAll((all) => all.map((one) => one.getAttribute('data-decision-id')))
  const before = await shown()
  expect(before).toEqual([...new Set(before)])
  const newest = await enters('B OL 7001')
  await list.locator(`[data-decision-id="${newest.decisionId}"]`).waitFor()
  expect(await shown()).toEqual(expect.arrayContaining(before))
  const times = await list.locator('time').evaluateAll((all) => all.map((time) => time.getAttribute('datetime')))
  expect(times).toEqual(times.toSorted().reverse())
})

test('a misread car is found by what it looks like; its plate is corrected, its price explained, then waived', async () => {
  const { sessionId } = await enters('B IN 3B88')
  await parkedFor(stack, sessionId!, 65)
  await goTo(page, 'Inside')
  await page.getByLabel('Look-alikes').check()
  await page.locator('input[data-search]').fill('B IN 3888')
  await page.locator(`[data-session-id="${sessionId}"] [data-owed-minor="450"]`).waitFor()
  await inspect('inside')
  await page.locator(`[data-session-id="${sessionId}"] a`).click()

  await page.getByText('3 × 30 min at €1.50').waitFor()
  expect(await page.locator('[data-owed-minor]').getAttribute('data-owed-minor')).toBe('450')
  await page.locator('[data-entry="decision"]').getByRole('button', { name: 'Why' }).click()
  await page.locator('[data-why] [data-looked-at]').getByText('place free').waitFor()
  await inspect('stay')

  await page.getByRole('button', { name: 'Correct plate' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Plate as it should be').fill('B IN 3888')
  await dialog.getByRole('button', { name: 'Correct plate' }).click()
  await dialog.getByText('Please say why').waitFor()
  await dialog.getByLabel('Reason').fill('seen on the picture')
  await dialog.locator('[data-preview="success"]').getByText('3 × 30 min at €1.50').waitFor()
  await inspect('stay-correct')
  await dialog.getByRole('button', { name: 'Correct plate' }).click()
  await page.getByRole('heading', { level: 1 }).getByText('BIN3888').waitFor()
  await page.locator('[data-entry="audit"]').getByText('seen on the picture').waitFor()
  await page.locator('[data-entry="read"]').getByText('BIN3B88').waitFor()

  await page.getByRole('button', { name: 'End stay' }).click()
  await dialog.getByLabel('Reason').waitFor()
  await inspect('stay-end')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Waive' }).click()
  await dialog.getByLabel('Reason').fill('the machine was broken')
  await dialog.getByRole('button', { name: 'Waive' }).click()
  await expect.poll(() => page.locator('[data-owed-minor]').getAttribute('data-owed-minor'), soon).toBe('0')
  expect(await leaves('B IN 3888')).toMatchObject({ outcome: 'ALLOW', sessionId })
})

test('an exit without an entry finds the stay it belongs to: the price of each is told before anything is confirmed', async () => {
  const { sessionId } = await enters('B WB 8811')
  await parkedFor(stack, sessionId!, 65)
  const out = await leaves('B WB BB11')
  expect(out).toMatchObject({ outcome: 'ALLOW', reason: 'exit_without_session' })
  await goTo(page, 'Alerts')
  await page.locator(`a[href^="/workbench/${out.decisionId}"]`).click()
  const candidate = page.locator(`[data-candidate="${sessionId}"]`)
  await page.locator('input[data-search]').fill('WB88')
  await candidate.locator('[data-owed-minor="450"]').waitFor()
  await candidate.click()
  const preview = page.locator('[data-preview="success"]')
  await preview.getByText('3 × 30 min at €1.50').waitFor()
  const entered = page.getByLabel('Came in at')
  const earlier = new Date(Date.parse(`${await entered.inputValue()}Z`) - 60 * 60_000).toISOString().slice(0, 16)
  await entered.fill(earlier)
  await preview.getByText('5 × 30 min at €1.50').waitFor()
  const stored = () =>
    rows(stack, 'select state, needs_review, exit_decision_id from sessions where id = $1', sessionId)
  expect(await stored()).toEqual([{ state: 'open', needs_review: false, exit_decision_id: null }])
  await inspect('workbench')

  await page.getByLabel('Reason').fill('both pictures show the same car')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.waitForURL(`**/sessions/${sessionId}*`)
  await page.getByRole('heading', { level: 1 }).getByText('BWBBB11').waitFor()
  expect(await stored()).toEqual([{ state: 'closed', needs_review: true, exit_decision_id: out.decisionId }])
  const alerts = () => rows(stack, 'select state from alerts where subject_id = $1', out.decisionId)
  expect(await alerts()).toEqual([{ state: 'resolved' }])
})

test('an alert is taken on and dealt with, and what it is about is one step away', async () => {
  await leaves('B AL 4001')
  const [alert] = await rows<{ id: string }>(
    stack,
    "select id from alerts where kind = 'exit_without_session' order by raised_at desc limit 1",
  )
  await goTo(page, 'Alerts')
  const row = page.locator(`[data-alert-id="${alert!.id}"]`)
  await row.waitFor()
  await inspect('alerts')
  const state = () => rows(stack, 'select state from alerts where id = $1', alert!.id)
  await row.getByRole('button', { name: 'Take on' }).click()
  await row.waitFor({ state: 'detached' })
  expect(await state()).toEqual([{ state: 'acknowledged' }])
  await page.getByText('Somebody looks after it').click()
  await row.getByRole('button', { name: 'Dealt with' }).click()
  await page.getByRole('dialog').getByLabel('Note').fill('called the driver')
  await inspect('alert-resolve')
  await page.getByRole('dialog').getByRole('button', { name: 'Dealt with' }).click()
  await row.waitFor({ state: 'detached' })
  expect(await state()).toEqual([{ state: 'resolved' }])
})

test('a plate is blacklisted with a reason, refused at the entry, and let in again once the entry has ended', async () => {
  const begun = new Date()
  await goTo(page, 'Blacklist')
  await page.getByRole('button', { name: 'Add plate' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Plate', { exact: true }).fill('B BL 5001')
  await dialog.getByLabel('Reason').fill('left without paying')
  await inspect('blacklist-add')
  await dialog.getByRole('button', { name: 'Blacklist' }).click()
  await page.getByText('BBL5001').waitFor()
  await inspect('blacklist')
  expect(await enters('B BL 5001')).toMatchObject({ outcome: 'DENY', reason: 'blacklisted' })

  await page.getByRole('listitem').filter({ hasText: 'BBL5001' }).getByRole('button', { name: 'End' }).click()
  await dialog.getByLabel('Reason').fill('no')
  await dialog.getByRole('button', { name: 'End' }).click()
  await dialog.getByText('at least 3 characters').waitFor()
  await dialog.getByLabel('Reason').fill('has paid by now')
  await inspect('blacklist-end')
  await dialog.getByRole('button', { name: 'End' }).click()
  await page.getByRole('listitem').filter({ hasText: 'BBL5001' }).getByText('ended').waitFor()
  expect(await auditTrail(stack, garage.siteId, begun)).toEqual(
    including({ action: 'blacklist_entry.ended', reason: 'has paid by now' }),
  )
  expect(await enters('B BL 5001')).toMatchObject({ outcome: 'ALLOW' })
})

test('a barrier is held open for a while, which its card counts down, and goes back to normal', async () => {
  const gateId = garage.gateIds.at(-1)!
  const command = async (action: string, submit: string, reason: string) => {
    await cardOf(page, gateId)
      .getByRole('button', { name: /^More commands/ })
      .click()
    await page.getByRole('menuitem', { name: action }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill(reason)
    await inspect(action === 'Hold open' ? 'hold-open-dialog' : 'release-dialog')
    await page.getByRole('dialog').getByRole('button', { name: submit }).click()
  }
  await goTo(page, 'Lanes')
  await command('Hold open', 'Hold barrier open', 'concert lets out')
  const band = cardOf(page, gateId).locator('[data-barrier-mode="held_open"]')
  await band.getByText(/^Held open until \d\d:\d\d$/).waitFor()
  expect(await band.getByRole('timer').innerText()).toMatch(/^1[45]:\d\d$/)
  await expect.poll(() => readCard(page, gateId), soon).toMatchObject({ command: 'executed' })
  await inspect('lanes-held-open')
  await command('Release', 'Back to normal', 'concert is over')
  await band.waitFor({ state: 'detached' })
})

test('plates are shown in full to an operator, and masked at the press of a button, also after the page was left', async () => {
  await goTo(page, 'Lanes')
  await enters('B-FP 7001')
  const shown = async () => (await readCard(page, garage.entry.gateId)).shownPlate
  await expect.poll(shown, soon).toBe('B-FP 7001')
  await page.getByRole('button', { name: 'Hide full plates' }).click()
  await expect.poll(shown, soon).toBe('BF•••01')
  await page.reload()
  await expect.poll(shown, soon).toBe('BF•••01')
  await page.getByRole('button', { name: 'Show full plates' }).click()
  await expect.poll(shown, soon).toBe('B-FP 7001')
})

test('the wall shows every lane small, and a lane that is pressed opens its card', async () => {
  await page.getByText('Wall', { exact: true }).click()
  const tile = page.locator(`button[data-gate-id="${garage.entry.gateId}"]`)
  await tile.waitFor()
  await inspect('lanes-wall')
  await tile.click()
  const dialog = page.getByRole('dialog')
  await dialog.locator(`article[data-gate-id="${garage.entry.gateId}"]`).waitFor()
  expect(new URL(page.url()).searchParams.get('gate')).toBe(garage.entry.gateId)
  await inspect('lanes-wall-card')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Cards', { exact: true }).click()
})

test('who has several sites chooses one for every screen, and the address keeps it', async () => {
  const manager = await open('admin', consoleScreen)
  const sections = manager.locator('section[data-site-id]')
  await expect.poll(() => sections.count(), soon).toBe(2)
  await inspect('lanes-two-sites', manager)
  await manager.getByLabel('Site').selectOption(garage.siteId)
  await expect.poll(() => sections.count(), soon).toBe(1)
  await manager.reload()
  await expect.poll(() => sections.count(), soon).toBe(1)
  await goTo(manager, 'Overview')
  await expect.poll(() => manager.getByRole('article').count(), soon).toBe(1)
  await manager.getByLabel('Site').selectOption('')
  await expect.poll(() => manager.getByRole('article').count(), soon).toBe(2)
  await inspect('overview-two-sites', manager)
  await manager.goto(`${stack.dashboard}/sign`)
  await expect.poll(() => manager.getByRole('article').count(), soon).toBe(2)
  expect(await sheetsOf(manager)).toEqual(['210×297', '210×297'])
  await manager.context().close()
})

test('a manager takes a sum off what a stay is asked for, and the bill says so', async () => {
  const { sessionId } = await enters('B AD 9001')
  await parkedFor(stack, sessionId!, 65)
  const manager = await open('manager', consoleScreen)
  await manager.goto(`${stack.dashboard}/sessions/${sessionId}`)
  await manager.getByRole('button', { name: 'Adjust sum' }).click()
  const dialog = manager.getByRole('dialog')
  await dialog.getByLabel('Sum in EUR').fill('1,50')
  await dialog.getByLabel('Reason').fill('the lift was broken')
  await inspect('stay-adjust', manager)
  await dialog.getByRole('button', { name: 'Take €1.50 off' }).click()
  await expect.poll(() => manager.locator('[data-owed-minor]').getAttribute('data-owed-minor'), soon).toBe('300')
  await manager.context().close()
})

test('the keyboard goes anywhere, and the language changes at once and for good', async () => {
  // Also from a radio button, which a browser takes for an input.
  await page.getByRole('radio', { name: 'Cards' }).focus()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Go to a screen or a site' }).waitFor()
  await inspect('palette')
  await page.keyboard.type('over')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/overview*')

  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'Colour scheme' }).click()
    await page.getByRole('menuitemradio', { name }).click()
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await choose('Dark')
  await expect.poll(scheme, soon).toBe('dark')
  await page.reload()
  await page.getByText('Revenue').first().waitFor()
  expect(await scheme()).toBe('dark')
  await choose('Like the system')
  await expect.poll(scheme, soon).toBe('light')

  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  await page.getByRole('link', { name: 'Übersicht' }).waitFor()
  await page.reload()
  await page.getByText('Einnahmen').waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await inspect('overview-german')
})

test('a link to what is not there any more says so, and leads on', async () => {
  const anew = await open('operator', consoleScreen)
  await anew.goto(`${stack.dashboard}/sessions/0197a3c2-dead-7abc-8def-0123456789ab`)
  await anew.getByText('This is not here').waitFor()
  expect(await anew.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  await anew.getByRole('link', { name: 'Go to the overview' }).click()
  await anew.getByText('Revenue').first().waitFor()
  await anew.context().close()
})

test('a viewer with a phone sees every screen, plates masked, and nothing that he may not do', async () => {
  const phoned = await open('viewer', phone)
  for (const screen of ['Activity', 'Inside', 'Blacklist', 'Alerts', 'Lanes', 'Overview']) {
    await goTo(phoned, screen)
    await phoned.locator('[aria-busy="true"]').waitFor({ state: 'detached' })
    expect(await phoned.getByRole('main').innerText(), screen).not.toMatch(/BOV1001|BAC200|BBL5001/)
    const actions = phoned.getByRole('main').getByRole('button', { name: /^(Take on|Dealt with|Add plate|End)$/ })
    expect(await actions.count(), screen).toBe(0)
    // No screen is wider than the phone.
    expect(await phoned.evaluate('document.documentElement.scrollWidth - innerWidth'), screen).toBeLessThanOrEqual(0)
    await inspect(`phone-${screen.toLowerCase()}`, phoned)
  }
  await phoned.context().close()
})

test('on a phone what is told lies on the header, not on forms and dialogs; it stays while it is held, then goes by itself', async () => {
  const phoned = await open('operator', phone)
  const { height: header } = (await phoned.getByRole('banner').boundingBox())!
  await cardOf(phoned, garage.gateIds.at(-1)!).getByRole('button', { name: 'Open' }).click()
  const dialog = phoned.getByRole('dialog')
  await dialog.getByText('Delivery').click()
  expect((await dialog.boundingBox())!.y).toBeGreaterThanOrEqual(header)
  await phoned.clock.install()
  await dialog.getByRole('button', { name: 'Open barrier' }).click()
  const told = phoned.getByRole('alert').filter({ hasText: 'the barrier reports that it is done' })
  await told.hover()
  await inspect('phone-told', phoned)
  const { y, height } = (await told.boundingBox())!
  expect(y + height).toBeLessThanOrEqual(header)
  await phoned.clock.fastForward(60_000)
  expect(await told.count()).toBe(1)
  await phoned.mouse.move(195, 800)
  await told.waitFor({ state: 'detached' })
  await phoned.context().close()
})

test('on a phone the current screen stays in sight among the others when the count of alerts makes their line longer', async () => {
  await leaves('B TB 6001')
  const phoned = await open('operator', phone)
  const shown = Promise.withResolvers<void>()
  await phoned.route(/[/]v1[/]live/, async (route) => {
    await shown.promise
    await route.continue()
  })
  await phoned.goto(`${stack.dashboard}/subscriptions`)
  const line = phoned.getByRole('navigation', { name: 'Screens' })
  const rightEnd = async () => {
    const { x, width } = (await line.getByRole('link', { name: 'Subscriptions' }).boundingBox())!
    return x + width
  }
  const edge = phoned.viewportSize()!.width
  await expect.poll(rightEnd, soon).toBeLessThanOrEqual(edge)
  expect(await line.locator('[data-open-alerts]').count()).toBe(0)
  shown.resolve()
  await line.locator('[data-open-alerts]').waitFor({ state: 'attached' })
  await expect.poll(rightEnd, soon).toBeLessThanOrEqual(edge)
  await phoned.context().close()
})

test('a card shows what the barrier reports and no more: nothing yet, that it failed and why, or that nobody knows', async () => {
  const [failing, silent] = garage.gateIds.slice(-2) as [string, string]
  const operator = await open('operator', consoleScreen)
  const goOn = await halt(stack, /local\/src\/barriers[.]ts/)
  const command = async (gateId: string) => {
    await cardOf(operator, gateId).getByRole('button', { name: /^Open/ }).click()
    await operator.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('knocks at the window')
    await operator.getByRole('dialog').getByRole('button', { name: 'Open barrier' }).click()
    await expect.poll(() => readCard(operator, gateId), soon).toMatchObject({ command: 'pending' })
  }
  await command(silent)
  await command(failing)
  await inspect('lanes-command-pending', operator)

  const [{ id }] = (await rows<{ id: string }>(
    stack,
    'select id from commands where gate_id = $1 order by issued_at desc limit 1',
    failing,
  )) as [{ id: string }]
  const reported = await fetch(`${stack.api}/v1/gates/${failing}/commands/${id}/result`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${stack.gates.find((gate) => gate.id === failing)!.key}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ outcome: 'failed', detail: 'the arm is stuck' }),
  })
  expect(reported.ok).toBe(true)
  const shows = (gateId: string, command: string, text: string) =>
    expect
      .poll(() => readCard(operator, gateId), { timeout: 60_000, interval: 100 })
      .toMatchObject({ command, commandText: expect.stringContaining(text) })
  await shows(failing, 'failed', 'the arm is stuck')
  await shows(silent, 'unknown', 'knocks at the window')
  // Both are told wherever the page is scrolled to, and stay until they are closed.
  await operator.getByRole('alert').filter({ hasText: 'Open failed: the arm is stuck' }).waitFor()
  await operator.getByRole('alert').filter({ hasText: 'Look at the barrier before you repeat it' }).waitFor()
  await inspect('lanes-command-failed', operator)
  goOn()
  await operator.context().close()
})

test('a card says how sure its camera was, when it was seen last, and that its clock has jumped, until somebody confirms it', async () => {
  const operator = await open('operator', consoleScreen)
  const answer = await reads('B CJ 7002', { capturedAt: new Date(Date.now() + 90_000), confidence: 0.72 })
  expect(answer).toMatchObject({ outcome: 'ALLOW', mode: 'normal' })
  const card = cardOf(operator, garage.entry.gateId)
  await card.getByText('unsure, 72 %').waitFor()
  await card.getByText(/^Camera seen (now|\d+ s ago)$/).waitFor()
  await card.locator('[data-clock="jumped"]').waitFor()
  await inspect('lanes-clock-jumped', operator)

  await goTo(operator, 'Alerts')
  const alert = operator.getByRole('listitem').filter({ hasText: 'The clock of a camera jumped' })
  await alert.getByRole('button', { name: 'Confirm clock' }).click()
  const dialog = operator.getByRole('dialog')
  await dialog.getByText(/^The camera shows .*, and it is .*[.]$/).waitFor()
  expect(Number(await dialog.locator('[data-clock-offset]').getAttribute('data-clock-offset'))).toBeCloseTo(90, -1)
  await dialog.getByRole('button', { name: 'Confirm clock' }).click()
  await dialog.getByText('Please say why').waitFor()
  await dialog.getByLabel('Reason').fill('its own page says so')
  await inspect('alert-clock', operator)
  await dialog.getByRole('button', { name: 'Confirm clock' }).click()
  await alert.waitFor({ state: 'detached' })
  await goTo(operator, 'Lanes')
  await expect.poll(() => card.locator('[data-clock="jumped"]').count(), soon).toBe(0)
  await card.locator('[data-clock="off"]').waitFor()
  await operator.context().close()
})

test('two hundred lanes are on the wall at once; as cards, and in a long list, only what is in sight is drawn', async () => {
  await rows(
    stack,
    `with made as (
       insert into gates (id, site_id, name, direction, on_api_down, on_db_down, on_slow, on_camera_unsure, controller_key_hashes)
       select gen_random_uuid(), $1, 'Lane ' || n, 'entry', 'open', 'open', 'open', 'open', array['key ' || n]
       from generate_series(1, 200) n returning id),
     passes as (insert into gate_passes (gate_id) select id from made)
     insert into mirror_marks (kind, subject_id) select 'gate', id from made`,
    garage.siteId,
  )
  await rows(
    stack,
    `with car as (
       insert into plates (id, raw, plate, skeleton)
       select gen_random_uuid(), 'LL' || n, 'LL' || n, '11' || n from generate_series(1001, 1160) n returning id)
     insert into sessions (id, site_id, plate_id, opened_at)
     select gen_random_uuid(), $1, id, now() - interval '90 minutes' from car`,
    garage.siteId,
  )
  const wall = await open('operator', { ...consoleScreen, viewport: { width: 1920, height: 1080 } })
  await wall.goto(`${stack.dashboard}/lanes?view=wall`)
  const lanes = 200 + garage.gateIds.length
  await expect.poll(() => wall.locator('button[data-gate-id]').count(), soon).toBe(lanes)
  const bottom =
    'Math.max(...[...document.querySelectorAll("button[data-gate-id]")].map((e) => e.getBoundingClientRect().bottom))'
  expect(await wall.evaluate(bottom)).toBeLessThanOrEqual(wall.viewportSize()!.height * 2)
  await inspect('lanes-wall-200', wall)
  // On a wall nobody scrolls, and the letters grow with the screen.
  await wall.setViewportSize({ width: 3840, height: 2160 })
  await photograph(wall, 'lanes-wall-4k')
  expect(await wall.evaluate(bottom)).toBeLessThanOrEqual(2160)
  const smallest = `Math.min(...[...document.querySelectorAll("button[data-gate-id] span")]
    .filter((e) => e.textContent && e.offsetHeight > 1).map((e) => parseFloat(getComputedStyle(e).fontSize)))`
  expect(await wall.evaluate(smallest)).toBeGreaterThanOrEqual(18)
  await wall.setViewportSize({ width: 1920, height: 1080 })

  await wall.getByText('Cards', { exact: true }).click()
  const card = (name: string) => wall.getByRole('heading', { level: 3, name, exact: true })
  await card('Lane 1').waitFor()
  await expect.poll(() => wall.getByRole('article').count(), soon).toBeLessThan(60)
  expect(await card('Lane 200').count()).toBe(0)
  // Another view begins at its top, which may come after the first of these.
  const atTheEnd = async (what: Locator) => {
    await wall.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
    return what.count()
  }
  await expect.poll(() => atTheEnd(card('South exit')), soon).toBe(1)
  expect(await card('Lane 1').count()).toBe(0)

  await goTo(wall, 'Inside')
  for (let page = 0; page < 3; page++) await wall.getByRole('button', { name: 'Show older' }).click()
  const list = wall.getByRole('list', { name: 'Inside now' })
  await expect.poll(() => list.getByRole('listitem').first().getAttribute('aria-setsize'), soon).toMatch(/^1[5-9]\d$/)
  expect(await list.getByRole('listitem').count()).toBeLessThan(80)
  await expect.poll(() => atTheEnd(list.locator('[aria-posinset="150"]')), soon).toBe(1)
  await wall.context().close()
})

test('no page met an error or broke its own security policy', () => {
  expect(problems).toEqual([])
})
