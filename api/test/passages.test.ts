import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

describe('a vehicle that', () => {
  test('tailgated another is an alert and a passage that belongs to nobody; the one before it is not touched', async () => {
    const site = await park.site()
    const { sessionId } = await park.read(site.entry, 'TG 1')
    await park.passage(site.entry, 'tailgated')
    const passage = await park.row('select * from passages where gate_id = $1', [site.entry.gateId])
    expect(passage).toMatchObject({ kind: 'tailgated', session_id: null, decision_id: null })
    expect(
      await park.row('select id, kind, state, gate_id from alerts where subject_id = $1', [passage.id]),
    ).toMatchObject({
      kind: 'tailgated',
      state: 'open',
      gate_id: site.entry.gateId,
    })
    expect(
      await park.count(
        `mirror_marks where kind = 'alert' and subject_id in (select id from alerts where site_id = $1)`,
        [site.id],
      ),
    ).toBe(1)
    expect(await park.row('select state from sessions where id = $1', [sessionId])).toEqual({ state: 'open' })
    expect(await park.row('select passage_at from gate_passes where gate_id = $1', [site.entry.gateId])).toEqual({
      passage_at: null,
    })
  })

  test('passed confirms its stay: read again at the gate, it is another pass', async () => {
    const site = await park.site()
    const { decisionId, sessionId } = await park.read(site.entry, 'PA 1')
    await park.passage(site.entry, 'passed')
    expect(
      await park.row('select decision_id, session_id from passages where gate_id = $1', [site.entry.gateId]),
    ).toEqual({
      decision_id: decisionId,
      session_id: sessionId,
    })
    expect((await park.read(site.entry, 'PA 1')).decisionId).not.toBe(decisionId)
  })

  test('turned back from the exit has its stay again, and what it paid stays paid', async () => {
    const site = await park.site()
    await park.read(site.entry, 'TP 1')
    await park.passage(site.entry, 'passed')
    park.wait(45)
    const { quote, sessionId } = await park.read(site.exit, 'TP 1')
    await park.pay(quote!.id, quote!.amountMinor)
    expect(await park.read(site.exit, 'TP 1')).toMatchObject({ outcome: 'ALLOW', reason: 'paid' })
    await park.passage(site.exit, 'turned_back')
    expect(await park.row('select state, closed_at from sessions where id = $1', [sessionId])).toEqual({
      state: 'open',
      closed_at: null,
    })
    park.wait(4)
    expect(await park.read(site.exit, 'TP 1')).toMatchObject({ outcome: 'ALLOW', reason: 'paid', sessionId })
  })
})

describe('a gate controller whose clock is', () => {
  const tenMinutesMs = 600_000
  const clocks = [
    ['right', 0],
    ['ten minutes behind', -tenMinutesMs],
    ['ten minutes ahead', tenMinutesMs],
  ] as const
  const stateOf = async (sessionId: string | null) =>
    (await park.row('select state from sessions where id = $1', [sessionId])).state

  test.each(clocks)(
    '%s confirms each car that it saw pass, from the first one on, and its time is kept as it said it',
    async (_how, aheadMs) => {
      const site = await park.site()
      for (const plate of ['CLK 1234', 'RST 5678']) {
        const { sessionId } = await park.read(site.entry, plate)
        await park.passage(site.entry, 'passed')
        park.wait(45)
        const { quote } = await park.read(site.exit, plate)
        await park.pay(quote!.id, quote!.amountMinor)
        const occurredAt = new Date(park.clock.now.getTime() + aheadMs)
        await park.passage(site.exit, 'passed', occurredAt)
        expect(await stateOf(sessionId)).toBe('closed')
        const passage = 'select occurred_at, received_at from passages where session_id = $1 and gate_id = $2'
        expect(await park.row(passage, [sessionId, site.exit.gateId])).toEqual({
          occurred_at: occurredAt,
          received_at: park.clock.now,
        })
        park.wait(10)
      }
    },
  )

  test.each(clocks)(
    '%s and reports late speaks of the car before, not of the one that stands there now',
    async (_how, aheadMs) => {
      const site = await park.site()
      const at = () => new Date(park.clock.now.getTime() + aheadMs)
      await park.read(site.entry, 'CLK 1234')
      await park.passage(site.entry, 'passed', at())
      park.wait(1)
      await park.read(site.entry, 'RST 5678')
      const before = at()
      park.wait(1)
      const { sessionId, decisionId } = await park.read(site.entry, 'UVW 9012')
      await park.passage(site.entry, 'turned_back', before)
      expect(await stateOf(sessionId)).toBe('open')
      expect(
        await park.row('select decision_id, passage_at from gate_passes where gate_id = $1', [site.entry.gateId]),
      ).toEqual({ decision_id: decisionId, passage_at: null })
    },
  )
})

const openStays = (plate: string) =>
  park.count(`sessions y join plates p on p.id = y.plate_id where y.state = 'open' and p.plate = $1`, [plate])

test('a car that is told to have turned back from the exit while it is read at the entry has one stay, and the report is stored', async () => {
  const site = await park.site()
  let entered = 0
  for (let round = 0; round < 40; round += 1) {
    const plate = `TB${round}XX`
    await park.read(site.entry, plate)
    await park.passage(site.entry, 'passed')
    park.wait(1)
    const { sessionId } = await park.read(site.exit, plate)
    const [answer] = await Promise.all([park.read(site.entry, plate), park.passage(site.exit, 'turned_back')])
    // Whichever was first: the new stay goes on and the old one is looked at, or the old one is a missed exit.
    if (answer.reason === 'transient_entry') entered += 1
    expect(await openStays(plate), answer.reason).toBe(1)
    expect(await park.count(`passages where session_id = $1 and kind = 'turned_back'`, [sessionId])).toBe(1)
    await park.passage(site.entry, 'passed')
    park.wait(4)
    await park.read(site.exit, plate)
    await park.passage(site.exit, 'passed')
    park.wait(4)
  }
  expect(entered).toBeGreaterThan(0)
})
