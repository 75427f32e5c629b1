import { afterAll, beforeAll, expect, test } from 'vitest'
import { clearDocuments } from '../src/repositories/mirror-documents.ts'
import { followEvents } from './event-stream.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
beforeAll(async () => {
  staffed = await openStaffedCarPark()
})
afterAll(() => staffed.close())

test('a stream that has been open for long tells each change once, and of a gate that was sent long ago that it is gone', async () => {
  const { park } = staffed
  const base = await park.app.listen({ port: 0, host: '127.0.0.1' })
  const site = await park.emptySite()
  const { gateId } = await park.lane(site, 'entry')
  await park.mirrored('site', site)
  await park.mirrored('gate', gateId)
  const { token } = await staffed.staff('viewer', [site])
  const reading = await followEvents(`${base}/v1/live`, token)
  await reading.next(({ event }) => event === 'synced')

  const names = ['north', 'south', 'west', 'east']
  for (const name of names) {
    park.wait(300)
    await park.database.pool.query('update sites set name = $2 where id = $1', [site, name])
    await park.mirrored('site', site)
    await reading.next(({ data }) => data.includes(`"${name}"`))
  }
  expect(reading.rest().filter(({ data }) => names.some((name) => data.includes(`"${name}"`)))).toEqual([])

  park.wait(1)
  const at = new Date(park.clock.now)
  const gone = { kind: 'gate' as const, subjectId: gateId, version: at.getTime() }
  await park.database.db.transaction((tx) => clearDocuments(tx, [gone], at))
  await reading.next(({ data }) => data.includes(gateId) && JSON.parse(data).data === null)
  await reading.close()
})
