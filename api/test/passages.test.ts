import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

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
