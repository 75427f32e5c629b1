import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark, type Site } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

async function inside(site: Site, plate: string, minutes = 5) {
  const answer = await park.read(site.entry, plate)
  await park.passage(site.entry, 'passed')
  park.wait(minutes)
  return answer.sessionId!
}
const matchOf = (decisionId: string) =>
  park.row(
    'select d.match_kind, p.plate from decisions d left join plates p on p.id = d.matched_plate_id where d.id = $1',
    [decisionId],
  )

describe('a misread plate', () => {
  test('is taken for the one vehicle inside that it looks like, and what matched is stored', async () => {
    const site = await park.site()
    const sessionId = await inside(site, 'B AB 1050')
    const answer = await park.read(site.exit, 'B AB 1O50')
    expect(answer).toMatchObject({ outcome: 'ALLOW', sessionId, matchedPlate: 'BAB1050' })
    expect(await matchOf(answer.decisionId)).toEqual({ match_kind: 'look_alike', plate: 'BAB1050' })
  })

  test('is taken for nobody when two vehicles inside look like it', async () => {
    const site = await park.site()
    await inside(site, 'C AB 1050')
    await inside(site, 'C AB IO50') // two positions from the first, one from what is read
    expect(await park.read(site.exit, 'C AB 1O50')).toMatchObject({
      reason: 'exit_without_session',
      matchedPlate: null,
    })
  })

  test('is not taken for another when it is itself inside', async () => {
    const site = await park.site()
    await inside(site, 'D AB 8000')
    const own = await inside(site, 'D AB B000')
    const answer = await park.read(site.exit, 'D AB B000')
    expect(answer.sessionId).toBe(own)
    expect(await matchOf(answer.decisionId)).toMatchObject({ match_kind: 'exact' })
  })

  test.each([
    ['two positions off', 'E AB 1050', 'E A8 1O50'],
    ['shorter than five characters', 'E 10', 'E 1O'],
    ['longer than eleven characters', 'EEEE AAAA 1050', 'EEEE AAAA 1O50'],
    ['another character altogether', 'E AC 1050', 'E AC 1750'],
  ])('that is %s is taken for nobody', async (_how, plate, misread) => {
    const site = await park.site()
    await inside(site, plate)
    expect(await park.read(site.exit, misread)).toMatchObject({ reason: 'exit_without_session' })
  })

  test('is taken only for vehicles that are inside, at an exit, and only for subscribers, at an entry', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['P AB 1050'])
    expect(await park.read(site.exit, 'P AB 1O50')).toMatchObject({
      reason: 'exit_without_session',
      matchedPlate: null,
    })
    const sessionId = await inside(site, 'Q AB 1050')
    const entered = await park.read(site.entry, 'Q AB 1O50')
    expect(entered).toMatchObject({ reason: 'transient_entry', matchedPlate: null })
    expect(entered.sessionId).not.toBe(sessionId)
  })

  test('is taken for the subscriber it looks like; the stay is the subscriber’s, so that a good read lets him out', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['F AB 2000'])
    const entered = await park.read(site.entry, 'F AB Z000')
    expect(entered).toMatchObject({ outcome: 'ALLOW', reason: 'subscription', matchedPlate: 'FAB2000' })
    await park.passage(site.entry, 'passed')
    park.wait(60)
    expect(await park.read(site.exit, 'F AB 2000')).toMatchObject({
      outcome: 'ALLOW',
      reason: 'subscription',
      sessionId: entered.sessionId,
    })
  })

  test('of a subscriber who is inside already is not a second car', async () => {
    const site = await park.site({ antiPassbackPolicy: 'deny' })
    await park.subscription(site.id, ['G AB 2000'], { pool: 2 })
    await inside(site, 'G AB 2000')
    expect(await park.read(site.entry, 'G AB Z000')).toMatchObject({ outcome: 'DENY', reason: 'already_inside' })
  })

  test('that looks like a blacklisted one raises an alert and is not denied', async () => {
    const site = await park.site()
    await park.blacklist('H AB 5000', site.id)
    const answer = await park.read(site.entry, 'H AB S000')
    expect(answer).toMatchObject({ outcome: 'ALLOW' })
    expect(await park.row(`select kind, state from alerts where subject_id = $1`, [answer.decisionId])).toEqual({
      kind: 'look_alike_blacklisted',
      state: 'open',
    })
  })
})

describe('of several vehicles that a misread plate looks like', () => {
  const factsOf = async (decisionId: string) => {
    const { facts } = await park.row('select facts from decisions where id = $1', [decisionId])
    const { match, tieBroken } = facts.session ?? facts.subscription
    return { match, tieBroken }
  }

  test('the one inside that is among the camera’s candidates is taken at the exit, and that it was is stored', async () => {
    const site = await park.site()
    await inside(site, 'QA AB 1050')
    const sessionId = await inside(site, 'QA AB IO50')
    const answer = await park.read(site.exit, 'QA AB 1O50', { candidates: ['qa-ab io50', 'QA AB 1080'] })
    expect(answer).toMatchObject({ outcome: 'ALLOW', sessionId, matchedPlate: 'QAABIO50' })
    expect(await matchOf(answer.decisionId)).toEqual({ match_kind: 'look_alike', plate: 'QAABIO50' })
    expect(await factsOf(answer.decisionId)).toEqual({ match: 'look_alike', tieBroken: true })
  })

  test('the subscriber who is among them is taken at the entry, and that he was is stored', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['QB AB 1050'])
    await park.subscription(site.id, ['QB AB IO50'])
    const answer = await park.read(site.entry, 'QB AB 1O50', { candidates: ['QB AB 1050'] })
    expect(answer).toMatchObject({ outcome: 'ALLOW', reason: 'subscription', matchedPlate: 'QBAB1050' })
    expect(await matchOf(answer.decisionId)).toEqual({ match_kind: 'look_alike', plate: 'QBAB1050' })
    expect(await factsOf(answer.decisionId)).toEqual({ match: 'look_alike', tieBroken: true })
  })

  test.each([
    ['none', []],
    ['all', ['QC AB 1050', 'QC AB IO50']],
  ])('nobody is taken when %s of them are among the candidates', async (how, candidates) => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    const plate = (text: string) => text.replace('QC', how === 'none' ? 'QC' : 'QD')
    await park.subscription(site.id, [plate('QC AB 1050')])
    await park.subscription(site.id, [plate('QC AB IO50')])
    expect(await park.read(site.entry, plate('QC AB 1O50'), { candidates: candidates.map(plate) })).toMatchObject({
      outcome: 'DENY',
      reason: 'not_subscribed',
      matchedPlate: null,
    })
    const other = await park.site()
    await inside(other, plate('QC AB 1050'))
    await inside(other, plate('QC AB IO50'))
    expect(await park.read(other.exit, plate('QC AB 1O50'), { candidates: candidates.map(plate) })).toMatchObject({
      reason: 'exit_without_session',
    })
  })

  test('one with two subscriptions is one vehicle, and no tie', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['QE AB 1050'])
    await park.subscription(site.id, ['QE AB 1050'])
    const answer = await park.read(site.entry, 'QE AB 1O50')
    expect(answer).toMatchObject({ reason: 'subscription', matchedPlate: 'QEAB1050' })
    expect(await factsOf(answer.decisionId)).toEqual({ match: 'look_alike', tieBroken: false })
  })

  test('a candidate never makes a match that the plate would not allow', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['QF AB 1050'])
    for (const misread of ['QF AB 1O5O', 'QF AB 1057', 'XF AB 1050']) {
      expect(await park.read(site.entry, misread, { candidates: ['QF AB 1050'] })).toMatchObject({
        reason: 'not_subscribed',
      })
      park.wait(1)
    }
  })

  test('a candidate never beats the vehicle that has exactly this plate', async () => {
    const site = await park.site()
    await inside(site, 'QG AB 1050')
    const own = await inside(site, 'QG AB 1O50')
    const answer = await park.read(site.exit, 'QG AB 1O50', { candidates: ['QG AB 1050'] })
    expect(answer.sessionId).toBe(own)
    expect(await factsOf(answer.decisionId)).toEqual({ match: 'exact', tieBroken: false })
  })

  test('a candidate never denies: not the only vehicle that fits, and not as a blacklisted plate', async () => {
    const site = await park.site({ unknownVehiclePolicy: 'subscribers_only' })
    await park.subscription(site.id, ['QH AB 1050'])
    await park.blacklist('QH AB 7777', site.id)
    expect(await park.read(site.entry, 'QH AB 1O50', { candidates: ['QH AB 7777'] })).toMatchObject({
      outcome: 'ALLOW',
      matchedPlate: 'QHAB1050',
    })
  })
})

test('what matched is stored as a look-alike also where its vehicle is inside already', async () => {
  const site = await park.site({ antiPassbackPolicy: 'deny' })
  await park.subscription(site.id, ['QI AB 2000'], { pool: 2 })
  await inside(site, 'QI AB 2000')
  const answer = await park.read(site.entry, 'QI AB Z000')
  expect(answer).toMatchObject({ reason: 'already_inside' })
  expect(await matchOf(answer.decisionId)).toEqual({ match_kind: 'look_alike', plate: 'QIAB2000' })
})

describe('several reads of one pass without a track', () => {
  test('within the window from the first, whose plates are alike, are one car', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'K AB 1234')
    for (const misread of ['K AB I234', 'K AB 124', 'K AB 12345', 'K AB 1284']) {
      park.wait(1 / 60)
      expect(await park.read(site.entry, misread)).toMatchObject({ decisionId: first.decisionId, openBarrier: false })
    }
    expect(await park.count('sessions where site_id = $1', [site.id])).toBe(1)
  })

  test('the window never slides', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'L AB 1234')
    park.wait(4 / 60)
    expect((await park.read(site.entry, 'L AB 1235')).decisionId).toBe(first.decisionId)
    park.wait(4 / 60)
    expect((await park.read(site.entry, 'L AB 1236')).decisionId).not.toBe(first.decisionId)
  })

  test.each([
    ['blacklisted', async (site: Site) => park.blacklist('M AB 1235', site.id)],
    ['a subscriber’s', async (site: Site) => park.subscription(site.id, ['M AB 1235'])],
    ['inside', async (site: Site) => park.read(await park.lane(site.id, 'entry'), 'M AB 1235')],
  ])('a plate that is alike but itself %s is its own car', async (_what, prepare) => {
    const site = await park.site()
    await prepare(site)
    const first = await park.read(site.entry, 'M AB 1234')
    park.wait(1 / 60)
    expect((await park.read(site.entry, 'M AB 1235')).decisionId).not.toBe(first.decisionId)
  })

  test('a surer read corrects the plate of the stay and keeps the first beside it', async () => {
    const site = await park.site()
    const first = await park.read(site.entry, 'N AB 1Z34', { confidence: 0.7 })
    park.wait(1 / 60)
    const second = await park.read(site.entry, 'N AB 1234', { confidence: 0.95 })
    expect(second).toMatchObject({ decisionId: first.decisionId, openBarrier: false })
    const stay = await park.row(
      `select p.plate, c.plate as before, s.needs_review from sessions s join plates p on p.id = s.plate_id
       join plates c on c.id = s.corrected_from_plate_id where s.id = $1`,
      [first.sessionId],
    )
    expect(stay).toEqual({ plate: 'NAB1234', before: 'NAB1Z34', needs_review: false })
    expect(
      await park.count(`audit_entries where action = 'session.plate_corrected' and subject_id = $1`, [first.sessionId]),
    ).toBe(1)
    park.wait(5)
    expect(await park.read(site.exit, 'N AB 1234')).toMatchObject({ outcome: 'ALLOW', sessionId: first.sessionId })
  })

  test('a surer read that would change what covers the stay is looked at by somebody instead', async () => {
    const site = await park.site()
    await park.subscription(site.id, ['O AB 1Z34'])
    const first = await park.read(site.entry, 'O AB 1Z34', { confidence: 0.7 })
    park.wait(1 / 60)
    await park.read(site.entry, 'O AB 1734', { confidence: 0.95 })
    expect(
      await park.row(
        'select p.plate, s.needs_review from sessions s join plates p on p.id = s.plate_id where s.id = $1',
        [first.sessionId],
      ),
    ).toEqual({
      plate: 'OAB1Z34',
      needs_review: true,
    })
  })
})
