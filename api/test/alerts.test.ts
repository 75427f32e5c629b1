import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CarPark, Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let site: Site
let operator: Client & { id: string }
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park } = staffed)
  site = await park.site()
  operator = await staffed.staff('operator', [site.id])
})
afterAll(() => staffed.close())

const url = (id: string) => `/v1/alerts/${id}`
const change = (id: string, saw: number | undefined, state: string) =>
  operator.change(url(id), saw, { state, changeReason: 'as it should be' })

test('what the house raises is listed with what it is about, and looked up by its kind, gate, state and time', async () => {
  const { decisionId } = await park.read(site.exit, 'NO ENTRY 1')
  const [raised] = (await operator.expect(200, operator.get('/v1/alerts'))).items
  expect(raised).toEqual({
    id: expect.any(String),
    version: 1,
    siteId: site.id,
    gateId: site.exit.gateId,
    kind: 'exit_without_session',
    subjectKind: 'decision',
    subjectId: decisionId,
    state: 'open',
    raisedAt: park.clock.now.toISOString(),
  })
  park.wait(1)
  const another = await park.alert(site.id, site.entry.gateId)
  const ids = async (query: string) =>
    (await operator.expect(200, operator.get(`/v1/alerts?${query}`))).items.map((item: { id: string }) => item.id)
  expect(await ids('kind=exit_without_session')).toEqual([raised.id])
  expect(await ids(`gateId=${site.entry.gateId}`)).toEqual([another])
  expect(await ids(`since=${park.clock.now.toISOString()}`)).toEqual([another])
  expect(await ids(`until=${park.clock.now.toISOString()}`)).toEqual([raised.id])
  await operator.expect(200, change(another, 1, 'acknowledged'))
  expect(await ids('state=open')).toEqual([raised.id])
})

test('an alert is taken on, then dealt with; who did it is recorded and the screens are told', async () => {
  const id = await park.alert(site.id)
  const taken = await change(id, 1, 'acknowledged')
  expect(taken.json()).toMatchObject({ id, state: 'acknowledged', version: 2 })
  expect(taken.headers.etag).toBe('"2"')
  await operator.expect(200, change(id, 2, 'resolved'))
  expect(await operator.expect(200, operator.get(url(id)))).toMatchObject({ state: 'resolved', version: 3 })
  const { items } = await operator.expect(200, operator.get(`/v1/audit?subjectKind=alert&subjectId=${id}`))
  expect(items).toMatchObject([
    { before: { state: 'acknowledged' }, after: { state: 'resolved' } },
    {
      action: 'alert.changed',
      actorId: operator.id,
      reason: 'as it should be',
      siteId: site.id,
      before: { state: 'open' },
      after: { state: 'acknowledged' },
    },
  ])
  expect(items[0].after).toEqual({ state: 'resolved' })
  expect(await park.count(`mirror_marks where kind = 'alert' and subject_id = $1`, [id])).toBe(2)
})

test('an alert never goes back, and is changed only by whoever saw how it stands', async () => {
  const id = await park.alert(site.id)
  expect((await change(id, undefined, 'resolved')).statusCode).toBe(428)
  expect((await change(id, 2, 'resolved')).statusCode).toBe(412)
  expect((await change(id, 1, 'open')).statusCode).toBe(400)
  const answers = await Promise.all([1, 2, 3].map(() => change(id, 1, 'resolved')))
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 412, 412])
  for (const state of ['acknowledged', 'resolved']) {
    const response = await change(id, 2, state)
    expect(response.statusCode).toBe(409)
    expect(response.json().detail).toBe('This alert is resolved already.')
  }
})

test('a vehicle that followed another through a barrier is an alert, once however often that is reported', async () => {
  const { commandId } = await park.read(site.entry, 'TAIL 1')
  expect(commandId).not.toBeNull()
  const at = new Date(park.clock.now.getTime() + 500)
  for (let told = 0; told < 2; told += 1) await park.passage(site.entry, 'tailgated', at)
  const { items } = await operator.expect(
    200,
    operator.get(`/v1/alerts?siteId=${site.id}&kind=tailgated&since=${park.clock.now.toISOString()}`),
  )
  const about = items.filter((alert: { subjectKind: string }) => alert.subjectKind === 'passage')
  expect(about).toMatchObject([{ siteId: site.id, gateId: site.entry.gateId, state: 'open' }])
  expect(await park.count(`passages where id = $1 and kind = 'tailgated'`, [about[0].subjectId])).toBe(1)
  expect(await park.count(`mirror_marks where kind = 'alert' and subject_id = $1`, [about[0].id])).toBe(1)
})
