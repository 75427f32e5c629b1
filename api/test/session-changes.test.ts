import type { SessionDetail } from '@turnpike/contracts/session.ts'
import type { SessionTimeline } from '@turnpike/contracts/timeline.ts'
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

async function inside(site: Site, plate: string, minutes = 0): Promise<string> {
  const { sessionId } = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(minutes)
  return sessionId!
}
const shown = (id: string): Promise<SessionDetail> => admin.expect(200, admin.get(`/v1/sessions/${id}`))
const timeline = (id: string, as = admin): Promise<SessionTimeline> =>
  as.expect(200, as.get(`/v1/sessions/${id}/timeline`))
const changed = async (id: string, change: Record<string, unknown>) =>
  admin.change(`/v1/sessions/${id}`, (await shown(id)).version, { changeReason: 'seen on the picture', ...change })

describe('the timeline of a stay', () => {
  test('has its reads, decisions, quote, payment, commands and passages in the order they happened', async () => {
    const site = await park.site()
    const id = await inside(site, 'TL 100', 60)
    const { quote } = await park.read(site.exit, 'TL 100')
    await park.pay(quote!.id, quote!.amountMinor)
    await park.passage(site.exit, 'passed')
    // Another vehicle at the same gates is not in it.
    await inside(site, 'TL 200')

    const { items, bill } = await timeline(id)
    const kinds = items.filter(({ kind }) => kind !== 'audit').map(({ kind }) => kind)
    expect(kinds).toEqual([
      'read',
      'decision',
      'command',
      'passage',
      'read',
      'decision',
      'quote',
      'payment',
      'command',
      'passage',
    ])
    expect(items.map(({ at }) => at)).toEqual(items.map(({ at }) => at).toSorted())
    expect(items.find((item) => item.kind === 'quote')).toMatchObject({
      quote: { id: quote!.id, amountMinor: quote!.amountMinor },
    })
    expect(items.some((item) => item.kind === 'audit' && item.audit.action === 'passage.passed')).toBe(true)
    expect(bill).toBeNull()
  })

  test('says what an open stay owes now, line by line, and nothing more than masked plates to a viewer', async () => {
    const site = await park.site()
    const id = await inside(site, 'TL 3456', 60)
    const viewer = await staffed.staff('viewer', [site.id])
    const { bill } = await timeline(id)
    expect(bill!.owedMinor).toBeGreaterThan(0)
    expect(bill!.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(bill!.owedMinor)
    const { body } = await viewer.get(`/v1/sessions/${id}/timeline`)
    expect(body).toContain('decision')
    expect(body).not.toMatch(/TL\W?3456/)
  })
})

describe('an operator puts a stay right', () => {
  test('the corrected plate leaves with the stay, and what the camera read stays on record', async () => {
    const site = await park.site()
    const id = await inside(site, 'B WR 88', 60)
    expect((await changed(id, { plate: 'B WR 99' })).statusCode).toBe(200)
    expect((await park.read(site.exit, 'B WR 99')).sessionId).toBe(id)
    const reads = (await timeline(id)).items.flatMap((item) => (item.kind === 'read' ? [item.read.plate] : []))
    expect(reads).toEqual(['BWR88', 'BWR99'])
  })

  test("the subscription of the right plate covers the stay and takes a place of its pool; the wrong plate's does not", async () => {
    const site = await park.site()
    const right = await park.subscription(site.id, ['S RI 1'])
    const id = await inside(site, 'S WR 7', 60)
    await changed(id, { plate: 'S RI 1' })
    expect((await shown(id)).subscriptionId).toBe(right)
    expect(await park.count('subscription_slots where session_id = $1', [id])).toBe(1)
    expect((await timeline(id)).bill!.owedMinor).toBe(0)

    await changed(id, { plate: 'S WR 8' })
    expect((await shown(id)).subscriptionId).toBeNull()
    expect(await park.count('subscription_slots where session_id = $1', [id])).toBe(0)
    expect((await timeline(id)).bill!.owedMinor).toBeGreaterThan(0)
  })

  test('a stay that is corrected to a car whose plan takes no place gives its place back, and takes one again', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['VIP 77'], { exemptFromCapacity: true })
    const id = await inside(site, 'S WR 9', 60)
    const places = () => park.count('site_slots where session_id = $1', [id])
    expect(await places()).toBe(1)
    await changed(id, { plate: 'VIP 77' })
    expect(await places()).toBe(0)
    await changed(id, { plate: 'S WR 9' })
    expect(await places()).toBe(1)
  })

  test('a plate that has another open stay here is refused, and nothing changes', async () => {
    const site = await park.site()
    const id = await inside(site, 'B CO 1')
    await inside(site, 'B CO 22')
    const { statusCode, body } = await changed(id, { plate: 'B CO 22' })
    expect([statusCode, JSON.parse(body).code]).toEqual([409, 'conflict'])
    expect((await shown(id)).plate).toBe('BCO1')
  })

  test('an earlier entry makes the stay dearer, a later one cheaper, and one in the future is refused', async () => {
    const site = await park.site()
    const id = await inside(site, 'B EN 1', 60)
    const owed = async () => (await timeline(id)).bill!.owedMinor
    const before = await owed()
    const hoursAgo = (hours: number) => new Date(park.clock.now.getTime() - hours * 3_600_000).toISOString()
    await changed(id, { openedAt: hoursAgo(3) })
    const dearer = await owed()
    expect(dearer).toBeGreaterThan(before)
    await changed(id, { openedAt: hoursAgo(0) })
    expect(await owed()).toBeLessThan(before)
    expect((await changed(id, { openedAt: hoursAgo(-1) })).statusCode).toBe(400)
  })

  test('a waived stay leaves without paying within the exit buffer, and owes again after it', async () => {
    const site = await park.site()
    const id = await inside(site, 'B WA 1', 60)
    await changed(id, { waived: true })
    expect((await timeline(id)).bill!.owedMinor).toBe(0)
    park.wait(16)
    expect(await park.read(site.exit, 'B WA 1')).toMatchObject({ outcome: 'PAY', sessionId: id })
    await changed(id, { waived: true })
    park.wait(1)
    expect(await park.read(site.exit, 'B WA 1')).toMatchObject({ outcome: 'ALLOW', sessionId: id })
  })

  test('an ended stay gives its place back and counts as not collected until somebody says that it is in order', async () => {
    const site = await park.site()
    const id = await inside(site, 'B ED 1', 60)
    await changed(id, { state: 'closed' })
    expect(await shown(id)).toMatchObject({ state: 'closed', needsReview: true })
    expect(await park.count('site_slots where session_id = $1', [id])).toBe(0)
    const uncollected = async () =>
      (await admin.expect(200, admin.get(`/v1/reports/uncollected?siteId=${site.id}`))).items.map(
        (item: { id: string }) => item.id,
      )
    expect(await uncollected()).toEqual([id])
    await changed(id, { needsReview: false })
    expect(await uncollected()).toEqual([])
    expect((await changed(id, { waived: true })).statusCode).toBe(409)
  })

  test('every change needs a reason, is in the audit trail with it, and is refused to whoever saw an older version', async () => {
    const site = await park.site()
    const id = await inside(site, 'B AU 1')
    const { version } = await shown(id)
    const url = `/v1/sessions/${id}`
    expect((await admin.change(url, version, { waived: true })).statusCode).toBe(400)
    expect((await admin.change(url, version, { changeReason: 'nothing' })).statusCode).toBe(400)
    expect((await admin.change(url, version, { plate: 'B AU 2', changeReason: 'misread' })).statusCode).toBe(200)
    expect((await admin.change(url, version, { plate: 'B AU 3', changeReason: 'misread' })).statusCode).toBe(412)
    const { items } = await timeline(id)
    const entry = items.flatMap((item) => (item.kind === 'audit' ? [item.audit] : [])).at(-1)
    expect(entry).toMatchObject({ action: 'session.changed', actorKind: 'operator', reason: 'misread' })
    expect(JSON.stringify(entry)).not.toMatch(/AU\W?2/)
  })
})
