import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, type Lane, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const report = async (lane: Lane, path: string, body: unknown) =>
  (await park.post(`/v1/gates/${lane.gateId}/${path}`, lane.key, body)).statusCode
const observed = (lane: Lane) =>
  park.row('select observed_state, loop_occupied, barrier_mode from gates where id = $1', [lane.gateId])
const audited = (lane: Lane, action: string) =>
  park.count('audit_entries where action = $1 and subject_id = $2', [action, lane.gateId])

describe('what a barrier says of itself', () => {
  test.each(['open', 'closed', 'held_by_fire_input', 'fault'])(
    '%s is stored, recorded once and shown',
    async (state) => {
      const { entry } = await park.site()
      const marks = () => park.count('mirror_marks where subject_id = $1', [entry.gateId])
      expect(await report(entry, 'state', { state })).toBe(200)
      expect(await report(entry, 'state', { state })).toBe(200)
      expect(await observed(entry)).toEqual({ observed_state: state, loop_occupied: null, barrier_mode: 'normal' })
      expect([await audited(entry, 'gate.observed'), await marks()]).toEqual([1, 1])
    },
  )

  test('of the loop stays until it says otherwise', async () => {
    const { entry } = await park.site()
    await report(entry, 'state', { state: 'closed', loopOccupied: true })
    await report(entry, 'state', { state: 'open' })
    expect(await observed(entry)).toMatchObject({ observed_state: 'open', loop_occupied: true })
  })

  test('is observed and never fought: a barrier held by its fire input gets no command for it', async () => {
    const { entry } = await park.site()
    await report(entry, 'state', { state: 'held_by_fire_input' })
    expect(await park.count('commands where gate_id = $1', [entry.gateId])).toBe(0)
  })
})

describe('a passage', () => {
  test('may name its stay, of this site', async () => {
    const [site, elsewhere] = [await park.site(), await park.site()]
    const { sessionId } = await park.read(site.entry, 'GR 1')
    const passage = { kind: 'passed', occurredAt: park.clock.now.toISOString(), sessionId }
    expect(await report(site.entry, 'passages', passage)).toBe(200)
    expect(await report(elsewhere.entry, 'passages', passage)).toBe(404)
    expect(await report(site.entry, 'passages', { ...passage, sessionId: randomUUID() })).toBe(404)
    expect(await park.count('passages where session_id = $1', [sessionId])).toBe(1)
  })

  test('that is reported again is one passage', async () => {
    const { entry } = await park.site()
    await park.read(entry, 'GR 2')
    const passage = { kind: 'passed', occurredAt: park.clock.now.toISOString() }
    expect(await Promise.all([1, 2, 3].map(() => report(entry, 'passages', passage)))).toEqual([200, 200, 200])
    expect(await park.count('passages where gate_id = $1', [entry.gateId])).toBe(1)
    expect(
      await park.count(
        `audit_entries where action = 'passage.passed' and site_id in (select site_id from gates where id = $1)`,
        [entry.gateId],
      ),
    ).toBe(1)
  })

  test('of which nothing is known is kept, and moves nothing', async () => {
    const { entry } = await park.site()
    const { sessionId } = await park.read(entry, 'GR 3')
    expect(await report(entry, 'passages', { kind: 'unknown', occurredAt: park.clock.now.toISOString() })).toBe(200)
    expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'open' })
    expect(await park.count('passages where gate_id = $1', [entry.gateId])).toBe(1)
  })
})
