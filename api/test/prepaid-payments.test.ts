import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark, plainTariff } from './car-park.ts'
import { openSlowCommitter, untilSomebodyWaits } from './slow-commit.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const prepaid = {
  unknownVehiclePolicy: 'prepaid' as const,
  tariff: { ...plainTariff, prepaidMinor: 500 },
}

test('a second payment that commits while its car is admitted belongs to the stay, too', async () => {
  const site = await park.site(prepaid)
  const { quote } = await park.read(site.entry, 'PP 1')
  await park.pay(quote!.id, 500)

  // The second payment is all but committed when the car is decided, and the decision waits for it.
  const slow = await openSlowCommitter(park)
  const paying = park.pay(quote!.id, 500, {}, slow.app)
  await slow.atCommit
  const reading = park.read(site.entry, 'PP 1')
  await untilSomebodyWaits(park)
  slow.commit()

  const { sessionId } = await reading
  expect((await paying).json()).toMatchObject({ result: 'applied' })
  expect(await park.count('payments where session_id = $1', [sessionId])).toBe(2)
})

test('a payment admits its plate for as long as a quote is valid, and once', async () => {
  const site = await park.site({ ...prepaid, quoteValidSeconds: 600 })
  const late = await park.read(site.entry, 'PP 2')
  await park.pay(late.quote!.id, 500)
  park.wait(10)
  expect(await park.read(site.entry, 'PP 2')).toMatchObject({ outcome: 'PAY', reason: 'prepay_required' })

  park.wait(4)
  const asked = await park.read(site.entry, 'PP 3')
  await park.pay(asked.quote!.id, 500)
  park.wait(9)
  expect(await park.read(site.entry, 'PP 3')).toMatchObject({ outcome: 'ALLOW', reason: 'prepaid' })
  await park.passage(site.entry, 'passed')
  park.wait(0.2)
  expect(await park.read(site.exit, 'PP 3')).toMatchObject({ outcome: 'ALLOW' })
  await park.passage(site.exit, 'passed')
  park.wait(0.2)
  expect(await park.read(site.entry, 'PP 3')).toMatchObject({ outcome: 'PAY', reason: 'prepay_required' })
})

test('a car that pays in advance although an earlier stay of it was never seen to end is admitted to a new one', async () => {
  const site = await park.site(prepaid)
  const first = await park.read(site.entry, 'PP 4')
  await park.pay(first.quote!.id, 500)
  const { sessionId } = await park.read(site.entry, 'PP 4')
  await park.passage(site.entry, 'passed')
  park.wait(60)

  const again = await park.read(site.entry, 'PP 4')
  expect(again).toMatchObject({ outcome: 'PAY', reason: 'prepay_required' })
  await park.pay(again.quote!.id, 500)
  const admitted = await park.read(site.entry, 'PP 4')
  expect(admitted).toMatchObject({ outcome: 'ALLOW', reason: 'already_inside_flagged' })
  expect(await park.row('select session_id from quotes where id = $1', [again.quote!.id])).toEqual({
    session_id: admitted.sessionId,
  })
  expect(await park.count('payments where session_id = $1', [admitted.sessionId])).toBe(1)
  expect(await park.row('select state, paid_until from sessions where id = $1', [sessionId])).toEqual({
    state: 'missed_exit',
    paid_until: null,
  })
})
