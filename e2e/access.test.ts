import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { auditItem } from '@turnpike/contracts/audit.ts'
import { invitedOperator, type Role, roles } from '@turnpike/contracts/operator.ts'
import { pageOf } from '@turnpike/contracts/page.ts'
import { signIn } from '@turnpike/local/auth-users.ts'
import { postRead } from '@turnpike/local/camera.ts'
import { findFirestoreEmulator } from '@turnpike/local/firestore-emulator.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startDashboard } from '../dashboard/serve.ts'
import type { WrittenConfig } from '../dashboard/src/config.ts'
import { accessibilityProblems } from './accessibility.ts'
import { ask, claim, findOperator, firestoreStatus, mailedLink, setPassword, tokenOf } from './accounts.ts'
import { launchBrowser } from './browser.ts'
import { goTo, openConsole, openLanes, readCard, readFreshness, signInAs } from './console-page.ts'
import { consoleScreen, phone } from './devices.ts'
import { type Garage, garageOf } from './garage.ts'
import { halt } from './halt.ts'
import { type OwnFirestore, startOwnFirestore } from './own-firestore.ts'
import { notePageProblems } from './page-problems.ts'
import { photograph } from './screenshots.ts'
import { type RunningStack, startStack } from './stack.ts'

/*
 * Who gets in, what he may, and what a page does when that ends, or when what feeds it stops. The whole of Turnpike runs, as
 * `npm start` runs it; where the machine has no Firestore emulator, what is about Firestore is left out.
 */

const soon = { timeout: 30_000, interval: 50 }
const hasFirestore = findFirestoreEmulator() !== undefined
const problems: string[] = []

let folder: string
let browser: Browser
let firestore: OwnFirestore | undefined
let stack: RunningStack
let garage: Garage
let staffSite: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-e2e-'))
  browser = await launchBrowser()
  if (hasFirestore) firestore = await startOwnFirestore(folder)
  stack = await startStack(folder, 'default', firestore?.environment)
  garage = garageOf(stack)
  staffSite = stack.gates.find(({ siteId }) => siteId !== garage.siteId)!.siteId
})
afterAll(async () => {
  await stack?.stop()
  await firestore?.stop()
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

async function visit(): Promise<BrowserContext> {
  const context = await browser.newContext(consoleScreen)
  notePageProblems(context, problems)
  onTestFinished(() => context.close())
  return context
}
const cards = (page: Page) => page.getByRole('article').count()
const arrives = (plate: string) => postRead(stack.api, garage.entry, plate)
const cardShows = (page: Page, plateMasked: string) =>
  expect
    .poll(() => readCard(page, garage.entry.gateId), soon)
    .toMatchObject({ plate: plateMasked, outcome: 'ALLOW', command: 'executed' })

describe('signed in as', () => {
  const may: Record<Role, { lanes: number; commands: boolean; plans: number; operators: number; staff: number }> = {
    viewer: { lanes: 4, commands: false, plans: 403, operators: 403, staff: 404 },
    operator: { lanes: 4, commands: true, plans: 403, operators: 403, staff: 404 },
    manager: { lanes: 6, commands: true, plans: 201, operators: 403, staff: 200 },
    admin: { lanes: 6, commands: true, plans: 201, operators: 200, staff: 200 },
  }

  test.each(roles)(
    '%s: the lanes of his sites and the commands of his role, and no more, in the page, the API and Firestore',
    async (role) => {
      const { lanes, commands, plans, operators, staff } = may[role]
      const page = await openLanes(await visit(), stack, role)
      await expect.poll(() => cards(page), soon).toBe(lanes)
      expect((await page.getByRole('button', { name: /^Open/ }).count()) > 0).toBe(commands)
      await page.getByRole('button', { name: 'Account' }).click()
      await page.locator(`[data-role="${role}"]`).waitFor()

      const token = await tokenOf(stack, role)
      const status = async (...asked: [path: string, change?: { method: string; body: object }]) =>
        (await ask(stack, token, ...asked)).status
      const open = { method: 'POST', body: { action: 'open', reason: 'to see who may' } }
      expect(await status(`/v1/gates/${garage.exit.gateId}/commands`, open)).toBe(commands ? 201 : 403)
      const plan = { method: 'POST', body: { name: 'Night', siteIds: [garage.siteId] } }
      expect(await status('/v1/plans', plan)).toBe(plans)
      expect(await status('/v1/operators')).toBe(operators)
      expect(await status(`/v1/sites/${staffSite}`)).toBe(staff)
      if (!hasFirestore) return
      expect(await firestoreStatus(stack, token, `sites/${garage.siteId}`)).toBe(200)
      expect(await firestoreStatus(stack, token, `sites/${staffSite}`)).toBe(staff === 200 ? 200 : 403)
    },
  )

  test('a viewer whose token claims to be an admin: a viewer, everywhere', async () => {
    const admin = await tokenOf(stack, 'admin')
    const { firebaseUid, email } = await findOperator(stack, admin, emailOf('viewer'))
    await claim(stack, firebaseUid, { role: 'admin', admin: true, sites: [staffSite] })
    onTestFinished(() => claim(stack, firebaseUid, {}))
    const token = await tokenOf(stack, 'viewer')
    expect(JSON.parse(atob(token.split('.')[1]!))).toMatchObject({ email, role: 'admin' })
    expect((await ask(stack, token, '/v1/operators')).status).toBe(403)
    expect((await ask(stack, token, `/v1/sites/${staffSite}`)).status).toBe(404)
    if (hasFirestore) expect(await firestoreStatus(stack, token, `sites/${staffSite}`)).toBe(403)
    const page = await openLanes(await visit(), stack, 'viewer')
    await expect.poll(() => cards(page), soon).toBe(4)
    expect(await page.getByRole('button', { name: /^Open/ }).count()).toBe(0)
  })
})

test('who signs in after somebody else at the same screen sees nothing of what that one was shown', async () => {
  const page = await openLanes(await visit(), stack, 'operator')
  await arrives('B SE 5100')
  await goTo(page, 'Activity')
  await page.getByRole('main').getByText('BSE5100').first().waitFor()
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()

  const seen = Promise.withResolvers<void>()
  await page.route(/[/]v1[/]decisions/, async (route) => {
    await seen.promise
    await route.continue()
  })
  const { email, password } = stack.operators.find(({ role }) => role === 'viewer')!
  await signInAs(page, email, password)
  await page.getByRole('heading', { name: 'Activity' }).waitFor()
  await page.getByRole('main').locator('[aria-busy="true"]').waitFor()
  expect(await page.getByRole('list', { name: 'Activity' }).count()).toBe(0)
  seen.resolve()
  await page.getByRole('main').getByText('BS•••00').first().waitFor()
})

const emailOf = (role: Role) => stack.operators.find((operator) => operator.role === role)!.email

test('somebody who is invited sets a password by the link and sees his site; who forgets it gets a new link, and nobody learns which accounts there are', async () => {
  const email = 'kim@parking.example'
  const invited = await ask(stack, await tokenOf(stack, 'admin'), '/v1/operators', {
    method: 'POST',
    body: { email, name: 'Kim', role: 'operator', siteIds: [staffSite] },
  })
  expect(invited.status).toBe(201)
  await setPassword(((await invited.json()) as { invitationUrl: string }).invitationUrl, 'first password')
  const page = await openConsole(await visit(), stack)
  await signInAs(page, email, 'first password')
  await expect.poll(() => cards(page), soon).toBe(2)
  await page.getByRole('button', { name: 'Account' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()

  await page.getByLabel('E-mail').fill('nobody@parking.example')
  await page.getByRole('button', { name: 'Forgotten your password?' }).click()
  const words = (to: string) => page.getByText(`If there is an account for ${to}, a link is on its way.`)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await words('nobody@parking.example').waitFor()
  expect(await mailedLink(stack, 'nobody@parking.example')).toBeUndefined()
  await inspect(page, 'password-link')

  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await words(email).waitFor()
  await setPassword((await mailedLink(stack, email))!, 'second password')
  await page.getByRole('button', { name: 'Back to signing in' }).click()
  await signInAs(page, email, 'first password')
  await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor()
  await signInAs(page, email, 'second password')
  await expect.poll(() => cards(page), soon).toBe(2)
})

describe('in the console an admin', () => {
  const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

  test('invites somebody, who signs in by the link that was handed over, and to whom the screen of operators is closed', async () => {
    const page = await openLanes(await visit(), stack, 'admin')
    await goTo(page, 'Operators')
    await row(page, emailOf('viewer')).waitFor()
    expect(await row(page, emailOf('admin')).getByRole('button').allInnerTexts()).toEqual(['Change'])
    await row(page, emailOf('admin')).getByRole('button').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Nobody takes their own rights away').waitFor()
    expect(await dialog.getByLabel('Role').isDisabled()).toBe(true)
    await inspect(page, 'operator-own')
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    await page.getByRole('button', { name: 'Invite' }).click()
    await dialog.getByRole('button', { name: 'Invite' }).click()
    await dialog.getByText('This is not an e-mail address.').waitFor()
    await dialog.getByText('At least one site').waitFor()
    await dialog.getByLabel('E-mail').fill(emailOf('viewer'))
    await dialog.getByLabel('Name').fill('Lou Lane')
    await dialog.getByLabel('Role').selectOption('manager')
    await dialog.getByRole('button', { name: 'Choose all' }).click()
    await inspect(page, 'operator-invite')
    await dialog.getByRole('button', { name: 'Invite' }).click()
    await dialog.getByRole('alert').getByText('There is an operator with this e-mail already.').waitFor()
    await dialog.getByLabel('E-mail').fill('Lou@parking.example')
    await dialog.getByRole('button', { name: 'Invite' }).click()
    await dialog.getByText('Nothing was mailed. Hand this link to Lou Lane yourself').waitFor()
    const link = await dialog.getByLabel('Link that sets the password').inputValue()
    await page.keyboard.press('Escape')
    await inspect(page, 'operator-invited')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await row(page, 'lou@parking.example').getByText('invited', { exact: true }).waitFor()
    await inspect(page, 'operators')

    await setPassword(link, 'a password of Lou')
    const lous = await openConsole(await visit(), stack)
    await signInAs(lous, 'lou@parking.example', 'a password of Lou')
    await expect.poll(() => cards(lous), soon).toBe(6)
    expect(await lous.getByRole('link', { name: 'Operators' }).count()).toBe(0)
    await lous.goto(`${stack.dashboard}/operators`)
    await lous.getByText('This takes the role admin.').waitFor()
    await inspect(lous, 'operators-closed')

    await page.setViewportSize(phone.viewport!)
    await page.reload()
    await row(page, 'Lou Lane').getByText('active', { exact: true }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    const { x, width } = (await page.getByRole('link', { name: 'Operators' }).boundingBox())!
    expect(x + width).toBeLessThanOrEqual(phone.viewport!.width)
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { name: 'Personal' }).waitFor()
    await inspect(page, 'operators-german')
  })

  test('changes a role, disables and enables: it counts at once for the API and Firestore, and is told where somebody else was faster', async () => {
    const [email, password] = ['sky@parking.example', 'a password of Sky']
    const admin = await tokenOf(stack, 'admin')
    const body = { email, name: 'Sky', role: 'manager', siteIds: [garage.siteId, staffSite] }
    const made = await ask(stack, admin, '/v1/operators', { method: 'POST', body })
    const { id, version, invitationUrl } = invitedOperator.parse(await made.json())
    await setPassword(invitationUrl, password)
    const before = await signIn(stack.auth, email, password)

    const page = await openLanes(await visit(), stack, 'admin')
    await page.keyboard.press('Control+k')
    await page.getByRole('textbox', { name: 'Go to a screen or a site' }).waitFor()
    await page.keyboard.type('oper')
    await page.keyboard.press('Enter')
    await page.locator('input[data-search]').fill('sky@')
    await expect.poll(() => page.locator('[data-operator-id]').count(), soon).toBe(1)
    const dialog = page.getByRole('dialog')
    await row(page, 'Sky').getByRole('button', { name: 'Change' }).click()
    await dialog.getByLabel('Role').selectOption('viewer')
    await dialog.getByLabel('Sites', { exact: true }).press('Backspace')
    await dialog.getByLabel('Reason').fill('no longer runs the sites')
    await inspect(page, 'operator-change')
    const renamed = { method: 'PATCH', version, body: { name: 'Sky Park' } }
    expect((await ask(stack, admin, `/v1/operators/${id}`, renamed)).status).toBe(200)
    await dialog.getByRole('button', { name: 'Change' }).click()
    await dialog.getByRole('alert').getByText('This operator is at version 2 now.').waitFor()
    // What somebody else changed is there by now, and what was chosen here still is.
    await expect.poll(() => dialog.getByLabel('Name').inputValue(), soon).toBe('Sky Park')
    await inspect(page, 'operator-stale')
    await nextSecond()
    await dialog.getByRole('button', { name: 'Change' }).click()
    await row(page, 'Sky Park').getByText('viewer', { exact: true }).waitFor()
    expect((await ask(stack, before, '/v1/sites')).status).toBe(401)
    const token = await signIn(stack.auth, email, password)
    const { items } = (await (await ask(stack, token, '/v1/sites')).json()) as { items: { id: string }[] }
    expect(items.map((site) => site.id)).toEqual([garage.siteId])
    const plan = { method: 'POST', body: { name: 'Night', siteIds: [garage.siteId] } }
    expect((await ask(stack, token, '/v1/plans', plan)).status).toBe(403)

    await row(page, 'Sky Park').getByRole('button', { name: 'Disable' }).click()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await dialog.getByText('Please say why').waitFor()
    await dialog.getByLabel('Reason').fill('has left')
    await inspect(page, 'operator-disable')
    await nextSecond()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await row(page, 'Sky Park').getByText('disabled').waitFor()
    const shownAt = performance.now()
    expect((await ask(stack, token, '/v1/sites')).status).toBe(401)
    if (hasFirestore)
      while ((await firestoreStatus(stack, token, `sites/${garage.siteId}`)) !== 403)
        expect(performance.now() - shownAt).toBeLessThan(1_000)
    await expect(signIn(stack.auth, email, password)).rejects.toThrow('refused')

    await page.getByRole('radiogroup', { name: 'State' }).getByText('disabled').click()
    await inspect(page, 'operators-disabled')
    await row(page, 'Sky Park').getByRole('button', { name: 'Enable' }).click()
    await dialog.getByLabel('Reason').fill('is back')
    await dialog.getByRole('button', { name: 'Enable' }).click()
    await page.getByText('Nobody matches').waitFor()
    await inspect(page, 'operators-none')
    const again = await signIn(stack.auth, email, password)
    expect((await ask(stack, again, '/v1/sites')).status).toBe(200)
    const trail = pageOf(auditItem).parse(await (await ask(stack, admin, `/v1/audit?subjectId=${id}`)).json())
    expect(trail.items.map(({ reason }) => reason)).toEqual([
      'is back',
      'has left',
      'no longer runs the sites',
      null,
      null,
    ])
  })
})

/** Looks at a screen as it is now: light, dark, as wide as a phone, and for what axe finds serious. */
async function inspect(page: Page, name: string) {
  expect.soft(await accessibilityProblems(page), name).toEqual([])
  await photograph(page, name)
}

/** The address of a console that offers these ways to sign in. */
async function consoleWith(signIn: WrittenConfig['signIn']): Promise<string> {
  const firebase = { apiKey: 'demo', projectId: stack.projectId, authDomain: new URL(stack.auth).host }
  const config = { apiUrl: stack.api, live: 'api' as const, firebase, emulators: { auth: stack.auth }, signIn }
  const { url, stop } = await startDashboard({ port: 0, config })
  onTestFinished(stop)
  return url
}

test('the ways to sign in are those of the deployment, and a provider is left for with nothing but its name', async () => {
  const provided = await consoleWith({
    password: false,
    flow: 'redirect',
    providers: [
      { id: 'google.com', name: 'Google' },
      { id: 'oidc.entra', name: 'Parking Ltd' },
    ],
  })
  const page = await (await visit()).newPage()
  await page.goto(provided)
  await page.getByRole('button', { name: 'Sign in with Google' }).waitFor()
  expect(await page.getByLabel('Password', { exact: true }).count()).toBe(0)
  await inspect(page, 'sign-in-providers')

  // What comes back needs Google's own script, which only the internet has.
  const left = page.waitForRequest(/[/]emulator[/]auth[/]handler/)
  await page.route(/[/]emulator[/]auth[/]handler/, (route) => route.abort())
  await page.getByRole('button', { name: 'Sign in with Parking Ltd' }).click()
  const asked = new URL((await left).url())
  expect(asked.origin).toBe(stack.auth)
  expect(asked.searchParams.get('providerId')).toBe('oidc.entra')
  expect(new URL(asked.searchParams.get('redirectUrl')!).origin).toBe(provided)
})

/** As Google's script is to the SDK, when it is not the internet's: what came of a sign-in is told to the page by `tellOfSignIn`. */
const scriptOfGoogle = `
  const frame = {
    restyle: async () => {},
    ping: async (answered) => answered(),
    register: (_name, tell) => { window.tellOfSignIn = (authEvent) => tell({ authEvent }) },
    send: () => {},
  }
  window.gapi = {
    load: (_name, { callback }) => callback(),
    iframes: { getContext: () => ({ open: (_where, opened) => opened(frame) }) },
  }
  window[new URL(document.currentScript.src).searchParams.get('onload')]()
`

test('a provider opens in a window of its own, asked as the deployment says, and who comes back from it is signed in', async () => {
  const parameters = { hd: 'parking.example' }
  const provided = await consoleWith({ providers: [{ id: 'google.com', name: 'Google', parameters }] })
  const email = 'pat@parking.example'
  const body = { email, name: 'Pat', role: 'viewer', siteIds: [garage.siteId] }
  expect((await ask(stack, await tokenOf(stack, 'admin'), '/v1/operators', { method: 'POST', body })).status).toBe(201)

  // Its API lets the pages of the stack ask, and no others: what this page hears of that is no problem.
  const context = await browser.newContext(consoleScreen)
  onTestFinished(() => context.close())
  await context.route(/^https:[/][/]apis[.]google[.]com[/]js[/]api[.]js/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: scriptOfGoogle }),
  )
  await context.route(/[/]emulator[/]auth[/]handler/, (route) => route.fulfill({ body: 'the page of the provider' }))
  const page = await context.newPage()
  await page.goto(provided)
  const button = page.getByRole('button', { name: 'Sign in with Google' })
  const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()])
  await popup.getByText('the page of the provider').waitFor()
  const asked = new URL(popup.url()).searchParams
  expect([asked.get('providerId'), JSON.parse(asked.get('customParameters')!)]).toEqual(['google.com', parameters])
  expect(await popup.evaluate('window.opener !== null')).toBe(true)

  const idToken = JSON.stringify({ sub: email, email, email_verified: true })
  const urlResponse = `${provided}/?${new URLSearchParams({ providerId: 'google.com', id_token: idToken })}`
  const told = { type: asked.get('authType'), eventId: asked.get('eventId'), sessionId: 'pat', urlResponse }
  const [answer] = await Promise.all([
    page.waitForResponse(/accounts:signInWithIdp/),
    page.evaluate(`tellOfSignIn(${JSON.stringify(told)})`),
  ])
  const token = ((await answer.json()) as { idToken: string }).idToken
  expect((await ask(stack, token, `/v1/sites/${garage.siteId}`)).status).toBe(200)
  await button.waitFor({ state: 'detached' })
  await expect.poll(() => popup.isClosed(), soon).toBe(true)
})

test('who was invited and signs in at a provider that verified his e-mail is that operator; who was not is nobody', async () => {
  const comes = async (email: string) => {
    const idToken = JSON.stringify({ sub: email, email, email_verified: true })
    const url = `${stack.auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithIdp?key=demo`
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        postBody: new URLSearchParams({ id_token: idToken, providerId: 'google.com' }).toString(),
        requestUri: stack.dashboard,
        returnSecureToken: true,
      }),
    })
    return ((await answer.json()) as { idToken: string }).idToken
  }
  const admin = await tokenOf(stack, 'admin')
  const body = { email: 'sam@parking.example', name: 'Sam', role: 'viewer', siteIds: [garage.siteId] }
  expect((await ask(stack, admin, '/v1/operators', { method: 'POST', body })).status).toBe(201)
  expect((await ask(stack, await comes('sam@parking.example'), `/v1/sites/${garage.siteId}`)).status).toBe(200)
  expect((await ask(stack, await comes('eve@parking.example'), `/v1/sites/${garage.siteId}`)).status).toBe(403)
})

test('what cannot be loaded says why, in the language that is spoken, and comes once it is asked for again', async () => {
  const page = await openLanes(await visit(), stack, 'operator')
  await page.evaluate(() => localStorage.setItem('turnpike.language', 'de'))
  const decisions = /[/]v1[/]decisions/
  await page.route(decisions, (route) => route.abort('connectionrefused'))
  await page.goto(`${stack.dashboard}/activity`)
  const failed = page.getByRole('alert').filter({ hasText: 'Das konnte nicht geladen werden' })
  await failed.getByText('Die API ist nicht erreichbar. Prüfen Sie die Verbindung').waitFor()
  await inspect(page, 'load-failed')
  await page.unroute(decisions)
  await failed.getByRole('button', { name: 'Erneut versuchen' }).click()
  await page.getByRole('list', { name: 'Verlauf' }).getByRole('listitem').first().waitFor()
})

test('a token that has expired is renewed by the page, and nothing is lost', async () => {
  const page = await openLanes(await visit(), stack, 'operator')
  await page.evaluate(expireToken)
  const statuses: number[] = []
  page.on('response', (response) => {
    if (response.url().startsWith(`${stack.api}/v1/`) && response.request().method() !== 'OPTIONS')
      statuses.push(response.status())
  })
  await page.reload()
  await goTo(page, 'Activity')
  await page.getByRole('list', { name: 'Activity' }).getByRole('listitem').first().waitFor()
  expect(statuses).toContain(401)
  const { decisionId } = (await arrives('B EX 1000'))!
  await page.locator(`[data-decision-id="${decisionId}"]`).first().waitFor()
  expect(statuses.at(-1)).toBe(200)
})

/** The token that this browser keeps, with an end that has passed; the SDK still takes it for good. */
const expireToken = `(async () => {
  const request = (made) => new Promise((resolve, reject) => {
    made.onsuccess = () => resolve(made.result)
    made.onerror = () => reject(made.error)
  })
  const database = await request(indexedDB.open('firebaseLocalStorageDb'))
  const store = database.transaction('firebaseLocalStorage', 'readwrite').objectStore('firebaseLocalStorage')
  const kept = (await request(store.getAll())).find(({ fbase_key }) => fbase_key.startsWith('firebase:authUser'))
  const [header, payload] = kept.value.stsTokenManager.accessToken.split('.')
  const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
  const old = btoa(JSON.stringify({ ...claims, exp: claims.iat - 1 }))
  kept.value.stsTokenManager.accessToken = [header, old.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''), ''].join('.')
  await request(store.put(kept))
  database.close()
})()`

describe.runIf(hasFirestore)(
  'an open page goes on directly and says so, and is live by Firestore again once it is back,',
  () => {
    const outages = [
      {
        what: 'when the process of Firestore ends and another one starts',
        meanwhile: ['B ST 2111', 'BS•••11'],
        afterwards: ['B AG 2333', 'BA•••33'],
        begin: () => firestore!.stop(),
        end: () => firestore!.startAgain(),
      },
      {
        what: 'when Firestore takes requests and answers none',
        meanwhile: ['B DI 2411', 'BD•••11'],
        afterwards: ['B LI 2633', 'BL•••33'],
        begin: async () => firestore!.hang(),
        end: async () => firestore!.goOn(),
      },
    ]
    test.each(outages)('$what', async ({ meanwhile, afterwards, begin, end }) => {
      // Its refused connections are errors on its console.
      const page = await openLanes(await browser.newContext(consoleScreen), stack, 'operator')
      onTestFinished(() => page.context().close())
      await expect.poll(() => readFreshness(page), soon).toBe('live')
      onTestFinished(end)
      await begin()
      await expect.poll(() => readFreshness(page), { timeout: 60_000, interval: 100 }).toBe('direct')
      await page.getByText('Direct, Firestore unreachable').waitFor()
      await arrives(meanwhile[0]!)
      await cardShows(page, meanwhile[1]!)
      expect(await readFreshness(page)).toBe('direct')
      await end()
      await expect.poll(() => readFreshness(page), { timeout: 60_000, interval: 100 }).toBe('live')
      await arrives(afterwards[0]!)
      await cardShows(page, afterwards[1]!)
      expect(await readFreshness(page)).toBe('live')
    })
  },
)

test('a relay that is dead while everything else lives is seen: the page says how far it is behind, and is live once one is there', async () => {
  const page = await openLanes(await visit(), stack, 'operator')
  await expect.poll(() => readFreshness(page), soon).toBe('live')
  const goOn = await halt(stack, /api\/src\/relay[.]ts/)
  await expect.poll(() => readFreshness(page), { timeout: 60_000, interval: 100 }).toBe('behind')
  await arrives('B RE 3777')
  await page.getByText(/^(2[5-9]|[3-9]\d) s behind$/).waitFor()
  expect((await readCard(page, garage.entry.gateId)).plate).not.toBe('BR•••77')
  goOn()
  await cardShows(page, 'BR•••77')
  await expect.poll(() => readFreshness(page), soon).toBe('live')
})

test('the command for the first admin says on a stack that has one who that is, and makes nobody', async () => {
  const command = resolve(import.meta.dirname, '../local/src/core-command.ts')
  const words = ['operator-first', '--email', 'eve@parking.example', '--name', 'Eve']
  const child = spawn(process.execPath, [command, ...words], { env: { ...process.env, TURNPIKE_LOCAL_DIR: folder } })
  let said = ''
  child.stderr.on('data', (text) => (said += text))
  expect(await once(child, 'exit')).toEqual([1, null])
  expect(said).toContain(emailOf('admin'))
})

describe('while his page is open', () => {
  test('a manager who loses a site: the page closes its listeners and says so, the API refuses at once, Firestore within a second', async () => {
    const context = await visit()
    const listens = noteListens(context)
    const page = await openLanes(context, stack, 'manager')
    await expect.poll(() => cards(page), soon).toBe(6)
    const token = await tokenOf(stack, 'manager')
    const admin = await tokenOf(stack, 'admin')
    const { id, version } = await findOperator(stack, admin, emailOf('manager'))
    await nextSecond()

    const removedBefore = listens.removed
    const change = { method: 'PATCH', version, body: { siteIds: [garage.siteId], changeReason: 'moved to the garage' } }
    expect((await ask(stack, admin, `/v1/operators/${id}`, change)).status).toBe(200)
    const changedAt = performance.now()
    expect((await ask(stack, token, `/v1/sites/${staffSite}`)).status).toBe(401)
    if (hasFirestore) {
      while ((await firestoreStatus(stack, token, `sites/${staffSite}`)) !== 403)
        expect(performance.now() - changedAt).toBeLessThan(1_000)
      expect(await firestoreStatus(stack, token, `sites/${garage.siteId}`)).toBe(200)
    }
    await page.getByRole('alert').getByText('You no longer have access to Werkhof Staff Car Park').waitFor()
    await expect.poll(() => cards(page), soon).toBe(4)
    // The site and its lanes.
    if (hasFirestore) await expect.poll(() => listens.removed - removedBefore, soon).toBe(2)
    await inspect(page, 'site-lost')

    // The new token of a new sign-in sees no more.
    const anew = await tokenOf(stack, 'manager')
    expect((await ask(stack, anew, `/v1/sites/${staffSite}`)).status).toBe(404)
    expect((await ask(stack, anew, `/v1/sites/${garage.siteId}`)).status).toBe(200)
  })

  test('an operator who is disabled: nothing is shown any more, nothing is answered, and he cannot sign in again', async () => {
    const page = await openLanes(await visit(), stack, 'operator')
    const token = await tokenOf(stack, 'operator')
    const admin = await tokenOf(stack, 'admin')
    const { id, version } = await findOperator(stack, admin, emailOf('operator'))
    await nextSecond()
    expect((await ask(stack, admin, `/v1/operators/${id}`, { method: 'DELETE', version })).status).toBe(200)
    const changedAt = performance.now()
    expect((await ask(stack, token, '/v1/sites')).status).toBe(401)
    if (hasFirestore)
      while ((await firestoreStatus(stack, token, `sites/${garage.siteId}`)) !== 403)
        expect(performance.now() - changedAt).toBeLessThan(1_000)
    await page
      .getByRole('alert')
      .or(page.getByRole('status'))
      .getByText(/disabled|session has ended/)
      .first()
      .waitFor()
    expect(await cards(page)).toBe(0)
    await inspect(page, 'access-ended')

    const { email, password } = stack.operators.find(({ role }) => role === 'operator')!
    const anew = await openConsole(await visit(), stack)
    await signInAs(anew, email, password)
    await anew.getByRole('alert').getByText('This account is disabled.').waitFor()
  })
})

/** How many listeners pages have closed at Firestore, by what they send. */
function noteListens(context: BrowserContext): { removed: number } {
  const counts = { removed: 0 }
  context.on('request', (request) => {
    const sent = request.url().includes('/Listen/channel') ? (request.postData() ?? '') : ''
    counts.removed += decodeURIComponent(sent).split('"removeTarget"').length - 1
  })
  return counts
}

/** Firebase ends sessions by whole seconds: one that began in the same second would stay. */
async function nextSecond(): Promise<void> {
  const second = () => Math.floor(Date.now() / 1000)
  const began = second()
  await expect.poll(second, soon).toBeGreaterThan(began)
}

test('no page met an error or broke its own security policy', () => {
  expect(problems).toEqual([])
})
