import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postRead } from '@turnpike/local/camera.ts'
import { findFirestoreEmulator, firestoreEmulatorHint } from '@turnpike/local/firestore-emulator.ts'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems } from './accessibility.ts'
import { auditTrail, including } from './audit-trail.ts'
import { launchBrowser } from './browser.ts'
import { cardOf, openConsole, openLanes, readCard, readFreshness, signInAs } from './console-page.ts'
import { consoleScreen, phone } from './devices.ts'
import { type Garage, garageOf } from './garage.ts'
import { notePageProblems } from './page-problems.ts'
import { parkedFor, rows } from './rows.ts'
import { photograph } from './screenshots.ts'
import { type RunningStack, startStack } from './stack.ts'

/*
 * The whole of Turnpike as `npm start` runs it, seen by the people who use it: operators at their console, a driver with a phone.
 * The tests of a stack follow one another on the same car park.
 */

const soon = { timeout: 30_000, interval: 50 }
const hasFirestore = findFirestoreEmulator() !== undefined

const problems: string[] = []

let folder: string
let browser: Browser
beforeAll(async () => {
  if (!hasFirestore) {
    if (process.env.CI === 'true') throw new Error(`CI may not leave Firestore out. ${firestoreEmulatorHint}`)
    console.warn(`SKIPPED: the console on Firestore; it runs on the API's stream alone. ${firestoreEmulatorHint}`)
  }
  folder = await mkdtemp(join(tmpdir(), 'turnpike-e2e-'))
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function visit(device: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(device)
  notePageProblems(context, problems)
  return context
}

describe('as npm start runs it', () => {
  let stack: RunningStack
  let garage: Garage
  let lanes: Page

  beforeAll(async () => {
    stack = await startStack(folder, 'default')
    garage = garageOf(stack)
  })
  afterAll(() => stack?.stop())

  test('an operator signs in and sees the lanes of his sites; a wrong password gets a clear answer', async () => {
    expect(stack.profile).toBe(hasFirestore ? 'hybrid' : 'postgres_only')
    lanes = await openConsole(await visit(consoleScreen), stack)
    await lanes.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect.soft(await accessibilityProblems(lanes)).toEqual([])
    await photograph(lanes, 'sign-in')

    const { email, password } = stack.operators.find(({ role }) => role === 'operator')!
    await signInAs(lanes, email, 'not-the-password')
    await lanes.getByRole('alert').waitFor()
    expect(await lanes.getByRole('alert').innerText()).toBe('E-mail or password is wrong.')
    await photograph(lanes, 'sign-in-refused')

    await signInAs(lanes, email, password)
    for (const gateId of garage.gateIds) await cardOf(lanes, gateId).waitFor()
    expect(await lanes.getByRole('article').count()).toBe(garage.gateIds.length)
    await expect.poll(() => readFreshness(lanes), soon).toBe('live')
    expect.soft(await accessibilityProblems(lanes)).toEqual([])
    await photograph(lanes, 'lanes')
  })

  test('a car that arrives, stays and owes is let out when its driver pays by phone, all of it live and on record', async () => {
    const begun = new Date()
    const { entry, exit, siteId } = garage
    const plate = 'B QX 4711'
    const arrived = (await postRead(stack.api, entry, plate))!
    expect(arrived).toMatchObject({ outcome: 'ALLOW', openBarrier: true })
    await expect
      .poll(() => readCard(lanes, entry.gateId), soon)
      .toMatchObject({ plate: 'BQ•••11', outcome: 'ALLOW', command: 'executed' })
    // The live document has it masked; the API tells it in full to an operator.
    await expect.poll(async () => (await readCard(lanes, entry.gateId)).shownPlate, soon).toBe(plate)

    await parkedFor(stack, arrived.sessionId!, 3 * 60 + 10)
    const owes = (await postRead(stack.api, exit, plate))!
    expect(owes).toMatchObject({ outcome: 'PAY', openBarrier: false, quote: { amountMinor: 1050, currency: 'EUR' } })
    const exitCard = () => readCard(lanes, exit.gateId)
    const waits = expect.stringMatching(/^Waiting.*owes €10\.50$/s)
    await expect.poll(exitCard, soon).toMatchObject({ plate: 'BQ•••11', outcome: 'PAY', waiting: waits })
    expect.soft(await accessibilityProblems(lanes)).toEqual([])
    await photograph(lanes, 'lanes-waiting')

    const driver = await (await visit(phone)).newPage()
    await driver.goto(owes.quote!.payUrl)
    await driver.getByRole('heading', { name: 'To pay €10.50' }).waitFor()
    expect(await driver.getByRole('main').innerText()).toMatch(
      /7 × 30 min at €1\.50\s+€10\.50\s+VAT 19 % included: €1\.68\s+Total/,
    )
    expect.soft(await accessibilityProblems(driver)).toEqual([])
    await photograph(driver, 'phone-owes')
    await driver.getByRole('button', { name: 'Pay with card' }).click()
    await driver.getByRole('heading', { name: 'Pay €10.50', exact: true }).waitFor()
    expect(new URL(driver.url()).origin).toBe(stack.provider)
    await photograph(driver, 'phone-provider')
    await driver.getByRole('button', { name: 'Pay', exact: true }).click()
    await driver.getByRole('heading', { name: /^Paid/ }).waitFor()

    const opened = { command: 'executed', commandText: expect.stringMatching(/paid/i), waiting: null }
    await expect.poll(exitCard, soon).toMatchObject(opened)
    const stay = () => rows(stack, 'select state, needs_review from sessions where id = $1', arrived.sessionId)
    await expect.poll(stay, soon).toEqual([{ state: 'closed', needs_review: false }])
    await cardOf(lanes, exit.gateId)
      .getByText(/^Moved on/)
      .waitFor()
    expect.soft(await accessibilityProblems(lanes)).toEqual([])
    await photograph(lanes, 'lanes-paid')

    const [session] = await rows<{ paid_until: Date }>(stack, 'select * from sessions where id = $1', arrived.sessionId)
    const leaveBy = session!.paid_until.toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' })
    await driver.getByRole('heading', { name: `Paid. Please leave by ${leaveBy}`, exact: true }).waitFor()
    expect.soft(await accessibilityProblems(driver)).toEqual([])
    await photograph(driver, 'phone-paid')

    const [letOut] = await rows<{ id: string }>(
      stack,
      'select c.id from commands c join payments p on p.id = c.payment_id where p.session_id = $1',
      arrived.sessionId,
    )
    await expect
      .poll(() => auditTrail(stack, siteId, begun), soon)
      .toEqual(
        including(
          { actorKind: 'camera', action: 'decision.made', subjectId: arrived.decisionId, after: { outcome: 'ALLOW' } },
          { actorKind: 'controller', action: 'gate.observed', subjectId: entry.gateId, after: { state: 'open' } },
          {
            actorKind: 'controller',
            action: 'command.reported',
            subjectId: arrived.commandId!,
            after: { outcome: 'executed' },
          },
          { actorKind: 'controller', action: 'passage.passed', subjectId: arrived.sessionId!, after: { effect: null } },
          { actorKind: 'camera', action: 'decision.made', subjectId: owes.decisionId, after: { outcome: 'PAY' } },
          {
            actorKind: 'provider',
            action: 'payment_event.applied',
            after: { amountMinor: 1050, commandId: letOut!.id },
          },
          { actorKind: 'controller', action: 'gate.observed', subjectId: exit.gateId, after: { state: 'open' } },
          {
            actorKind: 'controller',
            action: 'command.reported',
            subjectId: letOut!.id,
            after: { outcome: 'executed' },
          },
          {
            actorKind: 'controller',
            action: 'passage.passed',
            subjectId: arrived.sessionId!,
            after: { effect: 'closed' },
          },
        ),
      )
  })

  test('a declined card moves no money, and the driver can try again', async () => {
    const plate = 'B DC 2902'
    const { sessionId } = (await postRead(stack.api, garage.entry, plate))!
    const paid = () => rows(stack, 'select amount_minor from payments where session_id = $1', sessionId)

    const driver = await (await visit(phone)).newPage()
    await driver.goto(`${stack.dashboard}/pay?site=${garage.siteId}`)
    await driver.getByLabel('Your licence plate').fill(plate)
    expect.soft(await accessibilityProblems(driver)).toEqual([])
    await photograph(driver, 'phone-plate')
    await driver.getByRole('button', { name: 'Show what I owe' }).click()
    await driver.getByRole('heading', { name: 'To pay €1.50' }).waitFor()
    expect(driver.url()).not.toMatch(/2902/)
    await driver.getByRole('button', { name: 'Pay with card' }).click()
    await driver.getByRole('button', { name: 'Decline' }).click()
    await driver.getByRole('alert').filter({ hasText: 'declined' }).waitFor()
    await photograph(driver, 'phone-declined')
    expect(await paid()).toEqual([])

    await driver.getByRole('link', { name: /back/i }).click()
    await driver.getByRole('button', { name: 'Pay with card' }).click()
    await driver.getByRole('button', { name: 'Pay', exact: true }).click()
    await driver.getByRole('heading', { name: /^Paid/ }).waitFor()
    expect(await paid()).toEqual([{ amount_minor: 150 }])
    expect(await postRead(stack.api, garage.exit, plate)).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
  })

  test('an operator opens a barrier with a reason, which is kept; a viewer cannot', async () => {
    const begun = new Date()
    const gateId = garage.gateIds.at(-1)!
    const reason = 'Ambulance has to leave'
    await cardOf(lanes, gateId).getByRole('button', { name: 'Open' }).click()
    const dialog = lanes.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Open barrier' }).click()
    await dialog.getByText('Please say why, in at least 3 characters').waitFor()
    await dialog.getByRole('textbox', { name: 'Reason' }).fill(reason)
    expect.soft(await accessibilityProblems(lanes)).toEqual([])
    await photograph(lanes, 'open-dialog')
    await dialog.getByRole('button', { name: 'Open barrier' }).click()
    await expect
      .poll(() => readCard(lanes, gateId), soon)
      .toMatchObject({ command: 'executed', commandText: expect.stringContaining(reason) })
    await photograph(lanes, 'lanes-opened')

    await expect
      .poll(() => auditTrail(stack, garage.siteId, begun), soon)
      .toEqual(
        including(
          { actorKind: 'operator', action: 'gate.open', subjectId: gateId, reason },
          { actorKind: 'controller', action: 'gate.observed', subjectId: gateId, after: { state: 'open' } },
        ),
      )

    const watched = await openLanes(await visit(phone), stack, 'viewer')
    for (const each of garage.gateIds) await cardOf(watched, each).waitFor()
    expect(await watched.getByRole('button', { name: /open/i }).count()).toBe(0)
    expect.soft(await accessibilityProblems(watched)).toEqual([])
    await photograph(watched, 'phone-lanes')
  })

  test.runIf(hasFirestore)('a console that cannot reach Firestore goes on over the API and says so', async () => {
    const context = await browser.newContext(consoleScreen)
    await context.route(`${stack.firestore}/**`, (route) => route.abort('addressunreachable')) // as a firewall does
    const cutOff = await openLanes(context, stack, 'operator')
    await expect.poll(() => readFreshness(cutOff), soon).toBe('direct')
    await postRead(stack.api, garage.entry, 'B FW 8080')
    await expect
      .poll(() => readCard(cutOff, garage.entry.gateId), soon)
      .toMatchObject({ plate: 'BF•••80', outcome: 'ALLOW', command: 'executed' })
    await photograph(cutOff, 'lanes-direct')
  })

  test('no page met an error or broke its own security policy', () => {
    expect(problems).toEqual([])
  })

  test('SIGTERM ends everything that was started', async () => {
    const { code, output, left } = await stack.stop()
    expect(code, output).toBe(0)
    await expect.poll(left, soon).toEqual([])
  })
})

describe('without Firestore, in the profile postgres_only', () => {
  let stack: RunningStack

  beforeAll(async () => {
    stack = await startStack(folder, 'postgres_only')
  })
  afterAll(() => stack?.stop())

  test('a second start has the data of the first, and the console follows it over the API alone', async () => {
    const { entry } = garageOf(stack)
    const context = await browser.newContext(consoleScreen)
    const asked: string[] = []
    context.on('request', (request) => asked.push(request.url()))
    const lanes = await openLanes(context, stack, 'operator')
    await expect
      .poll(() => readCard(lanes, entry.gateId), soon)
      .toMatchObject({ plate: hasFirestore ? 'BF•••80' : 'BD•••02', outcome: 'ALLOW' })
    expect(await readFreshness(lanes)).toBe('live')

    await postRead(stack.api, entry, 'B PG 1800')
    await expect
      .poll(() => readCard(lanes, entry.gateId), soon)
      .toMatchObject({ plate: 'BP•••00', outcome: 'ALLOW', command: 'executed' })
    expect(asked).toContain(`${stack.api}/v1/live`)
    expect(asked.filter((url) => url.includes('firestore'))).toEqual([])
  })
})
