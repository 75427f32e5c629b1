import { randomUUID } from 'node:crypto'
import type { JournalEntry } from '@turnpike/contracts/journal.ts'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FailingPark, openFailingPark } from './failing-park.ts'
import { leaveEntries } from './journal-folder.ts'

let failing: FailingPark
beforeAll(async () => {
  failing = await openFailingPark({ decisionDeadlineMs: 60_000, gatesWaitMs: 60_000 })
  await failing.park.app.ready()
})
afterAll(() => failing.close())

test('where more waits to be brought in than Postgres takes while a car stands there, the policy answers at once', async () => {
  const { park } = failing
  const site = await park.site()
  await park.lanes.refresh()
  const holding = await park.testDatabase.pool.connect()
  await holding.query('begin')
  await holding.query('select from gates where id = $1 for update', [site.exit.gateId])
  const at = park.clock.now.toISOString()
  const entries = Array.from({ length: 201 }, (_, index): JournalEntry => {
    const { gateId, camera } = site.exit
    const read = { ...unread, id: newId(), cameraId: camera.id, eventId: randomUUID(), plateRaw: `LOG ${index}` }
    const record = { siteId: site.id, gateId, requestId: 'r', at, read: { ...read, capturedAt: at, receivedAt: at } }
    return {
      version: 1,
      deviceId: '0e3b2a52-9d1c-4d7e-8a0e-6c0f4f0f1a11',
      sequence: index + 1,
      record: { kind: 'read', ...record, decisionId: null },
    }
  })
  await leaveEntries(park.journalFolder, entries)
  const waits = `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(() => park.count(waits)).toBeGreaterThanOrEqual(1)

  expect(await park.read(site.exit, 'AT ONCE 1')).toMatchObject({ mode: 'fallback', outcome: 'ALLOW' })
  await holding.query('rollback')
  holding.release()
  await park.broughtIn()
  expect(await park.count('reads where gate_id = $1', [site.exit.gateId])).toBe(202)
  expect(await park.read(site.exit, 'ANOTHER 2')).toMatchObject({ mode: 'normal' })
})

const unread = { trackId: null, confidence: null, closesTrack: false, retransmitted: false }
