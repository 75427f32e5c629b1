import type { SessionDetail } from '@turnpike/contracts/session.ts'
import type { BillNow, BillsAnswer } from '@turnpike/contracts/session-bill.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CarPark, Site } from './car-park.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: StaffedCarPark['admin']
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
})
afterAll(() => staffed.close())

/** 1.00 for each started half hour after 10 free minutes. */
async function inside(site: Site, plate: string, minutes = 0): Promise<string> {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(minutes)
  return sessionId!
}
const shown = (id: string): Promise<SessionDetail> => admin.expect(200, admin.get(`/v1/sessions/${id}`))
const bills = async (sessionIds: string[], as = admin): Promise<BillsAnswer['items']> =>
  (await as.expect(200, as.post('/v1/sessions/bills', { sessionIds }))).items
const previewed = (id: string, change: Record<string, unknown>): Promise<BillNow> =>
  admin.expect(200, admin.post(`/v1/sessions/${id}/preview`, change))
const changed = async (id: string, change: Record<string, unknown>) =>
  admin.change(`/v1/sessions/${id}`, (await shown(id)).version, { changeReason: 'seen on the picture', ...change })
const minutesAgo = (minutes: number) => new Date(park.clock.now.getTime() - minutes * 60_000).toISOString()
const uncollected = async (site: Site) =>
  (await admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${site.id}`))).items

/** A car that is let out though nobody knows its entry, because its plate was misread there. */
async function leftUnknown(site: Site, entered: string, left: string) {
  const id = await inside(site, entered, 60)
  const exit = await park.read(site.exit, left)
  expect(exit).toMatchObject({ outcome: 'ALLOW', reason: 'exit_without_session', sessionId: null })
  await park.passage(site.exit, 'passed')
  return { id, exitDecisionId: exit.decisionId, at: park.clock.now.toISOString() }
}

describe('what open stays owe now', () => {
  test('is told for many at once, as the exit would ask it, and why where it is nothing', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['BI SU 1'])
    const covered = await inside(site, 'BI SU 1')
    const owes = await inside(site, 'BI OW 1', 60)
    const fresh = await inside(site, 'BI FR 1', 1)
    const found = new Map((await bills([covered, owes, fresh])).map(({ sessionId, bill }) => [sessionId, bill]))
    expect(found.get(covered)).toMatchObject({ owedMinor: 0, settledBy: 'subscription', lines: [] })
    expect(found.get(fresh)).toMatchObject({ owedMinor: 0, settledBy: 'free_period' })
    const { quote } = await park.read(site.exit, 'BI OW 1')
    expect(found.get(owes)).toMatchObject({ owedMinor: quote!.amountMinor, settledBy: null })
    expect(found.get(owes)!.lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(quote!.amountMinor)
  })

  test('follows the newest tariff that was valid when a stay began, whatever is revised later', async () => {
    const site = await park.site()
    const old = await inside(site, 'BI TA 1', 1)
    const tomorrow = new Date(park.clock.now.getTime() + 86_400_000).toISOString()
    for (const [amountMinor, validFrom] of [[700], [900, tomorrow]] as const) {
      const rules = { version: 1, rate: { kind: 'flat', amountMinor } }
      await admin.expect(201, admin.post('/v1/tariffs', { siteId: site.id, rules, ...(validFrom && { validFrom }) }))
    }
    const later = await inside(site, 'BI TA 2', 59)
    expect((await bills([old, later])).map(({ bill }) => bill.owedMinor).sort()).toEqual([200, 700])
    const asked = async (plate: string) => {
      const exit = await park.read(site.exit, plate)
      const phone = (await park.post('/v1/quotes', undefined, { siteId: site.id, plate })).json()
      return [exit.quote!.amountMinor, phone.quote.amountMinor]
    }
    expect(await asked('BI TA 1')).toEqual([200, 200])
    expect(await asked('BI TA 2')).toEqual([700, 700])
    park.wait(24 * 60)
    await inside(site, 'BI TA 3', 60)
    expect(await asked('BI TA 3')).toEqual([900, 900])
  })

  test('leaves out what has ended and what is at a site of others', async () => {
    const [mine, others] = [await park.site(), await park.site()]
    const [here, there] = [await inside(mine, 'BI HE 1'), await inside(others, 'BI TH 1')]
    const ended = await inside(mine, 'BI EN 1')
    await changed(ended, { state: 'closed' })
    const viewer = await staffed.staff('viewer', [mine.id])
    expect((await bills([here, there, ended], viewer)).map(({ sessionId }) => sessionId)).toEqual([here])
  })
})

describe('a change that is tried out', () => {
  test('is priced as it then is, and has changed nothing', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['PR SU 1'])
    const id = await inside(site, 'PR MI 1', 60)
    const before = await shown(id)
    const audited = () => park.count('audit_entries where subject_id = $1', [id])
    const records = await audited()

    const earlier = await previewed(id, { openedAt: minutesAgo(200) })
    const covered = await previewed(id, { plate: 'PR SU 1' })
    expect(covered).toMatchObject({ owedMinor: 0, settledBy: 'subscription' })
    expect(await shown(id)).toEqual(before)
    expect(await audited()).toBe(records)
    expect(await park.count('subscription_slots where session_id = $1', [id])).toBe(0)

    await changed(id, { openedAt: minutesAgo(200) })
    const [now] = await bills([id])
    expect(earlier).toEqual(now!.bill)
    expect(earlier.lines.length).toBeGreaterThan(0)
  })

  test('is refused as the change itself would be', async () => {
    const site = await park.site()
    const id = await inside(site, 'PR RE 1', 10)
    const refused = await admin.post(`/v1/sessions/${id}/preview`, { openedAt: minutesAgo(-60) })
    expect([refused.statusCode, refused.json().detail]).toEqual([400, 'A stay cannot begin in the future.'])
  })
})

describe('an exit without an entry', () => {
  test('ends the stay that was misread, priced up to that exit, and its alert is dealt with', async () => {
    const site = await park.site()
    const { id, exitDecisionId, at } = await leftUnknown(site, 'XW 8811', 'XW BB11')
    park.wait(20)
    const wanted = { plate: 'XW BB11', state: 'closed', exitDecisionId }
    const preview = await previewed(id, wanted)
    expect((await changed(id, wanted)).statusCode).toBe(200)
    expect(await shown(id)).toMatchObject({ state: 'closed', closedAt: at, exitDecisionId, needsReview: true })
    const [item] = await uncollected(site)
    expect(item).toMatchObject({ id, owedMinor: preview.owedMinor, cause: 'let_out' })
    expect(preview.owedMinor).toBe(200)
    expect(await park.count("alerts where subject_id = $1 and state = 'resolved'", [exitDecisionId])).toBe(1)
    expect(await park.count('site_slots where session_id = $1', [id])).toBe(0)
  })

  test('of a subscriber who was misread collects nothing and needs no review', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['XW SU 1'])
    const { id, exitDecisionId } = await leftUnknown(site, 'XW QU 7', 'XW QU 1')
    expect((await changed(id, { plate: 'XW SU 1', state: 'closed', exitDecisionId })).statusCode).toBe(200)
    expect(await shown(id)).toMatchObject({ state: 'closed', needsReview: false })
    expect(await uncollected(site)).toEqual([])
  })

  test('ends one stay only, none that began after it, and none at another site', async () => {
    const site = await park.site()
    const first = await leftUnknown(site, 'XT 8822', 'XT BB22')
    park.wait(1)
    const later = await inside(site, 'XT 9999', 5)
    const there = await inside(await park.site(), 'XT 7777', 5)
    const ends = async (id: string) =>
      (await changed(id, { state: 'closed', exitDecisionId: first.exitDecisionId })).statusCode
    expect(await ends(later)).toBe(409)
    expect(await ends(there)).toBe(400)
    expect(await ends(first.id)).toBe(200)
    await changed(later, { openedAt: minutesAgo(300), plate: 'XT BB22' })
    expect(await ends(later)).toBe(409)
    const entered = await park.row('select entry_decision_id as id from sessions where id = $1', [later])
    expect((await changed(later, { state: 'closed', exitDecisionId: entered.id })).statusCode).toBe(400)
  })
})

describe('a stay whose entry nobody saw', () => {
  test('is priced before it is put on record, takes a place, and its vehicle pays it at the exit', async () => {
    const site = await park.site({ exitWithoutSessionPolicy: 'deny' })
    expect(await park.read(site.exit, 'NE 1')).toMatchObject({ outcome: 'DENY', reason: 'no_session' })
    const wanted = { siteId: site.id, plate: 'NE 1', openedAt: minutesAgo(95) }
    const preview: BillNow = await admin.expect(200, admin.post('/v1/sessions/preview', wanted))
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(0)
    const reason = { changeReason: 'came in while the entry was held open' }
    const made: SessionDetail = await admin.expect(201, admin.post('/v1/sessions', { ...wanted, ...reason }))
    expect(made).toMatchObject({ state: 'open', plate: 'NE1', openedAt: wanted.openedAt, entryDecisionId: null })
    expect(await park.count('site_slots where session_id = $1', [made.id])).toBe(1)
    const { items } = await admin.expect(200, admin.get(`/v1/audit?siteId=${site.id}&subjectId=${made.id}`))
    expect(items[0]).toMatchObject({ action: 'session.created', actorKind: 'operator', reason: reason.changeReason })

    park.wait(1)
    const exit = await park.read(site.exit, 'NE 1')
    expect(exit).toMatchObject({ outcome: 'PAY', sessionId: made.id, quote: { amountMinor: preview.owedMinor } })
    expect((await admin.post('/v1/sessions', { ...wanted, ...reason })).statusCode).toBe(409)
  })

  test('that is over ends with the exit that let it out', async () => {
    const site = await park.site()
    const exit = await park.read(site.exit, 'NE 2')
    const at = park.clock.now.toISOString()
    const opened = { siteId: site.id, plate: 'NE 2', openedAt: minutesAgo(60), exitDecisionId: exit.decisionId }
    park.wait(30)
    const made: SessionDetail = await admin.expect(
      201,
      admin.post('/v1/sessions', { ...opened, changeReason: 'the driver called' }),
    )
    expect(made).toMatchObject({ state: 'closed', closedAt: at, needsReview: true })
    expect(await park.count('site_slots where session_id = $1', [made.id])).toBe(0)
    expect((await uncollected(site)).map(({ id }: { id: string }) => id)).toEqual([made.id])
  })

  test("of a subscriber is covered and takes a place of its subscription's pool", async () => {
    const site = await park.site()
    const subscription = await park.subscription(site.id, ['NE SU 1'])
    const wanted = { siteId: site.id, plate: 'NE SU 1', openedAt: minutesAgo(60) }
    const made: SessionDetail = await admin.expect(
      201,
      admin.post('/v1/sessions', { ...wanted, changeReason: 'a branch hid the plate' }),
    )
    expect(made.subscriptionId).toBe(subscription)
    expect(await park.count('subscription_slots where session_id = $1', [made.id])).toBe(1)
  })
})
