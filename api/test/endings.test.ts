import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from './car-park.ts'
import type { Client } from './operator-client.ts'
import { routesOf } from './routes-of.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let admin: Client
let site: Site
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  admin = staffed.admin
  site = await staffed.park.site()
})
afterAll(() => staffed.close())

const made = async (path: string, body: Record<string, unknown>) => (await admin.expect(201, admin.post(path, body))).id
const gate = () => made('/v1/gates', { siteId: site.id, name: 'Side', direction: 'exit' })
const camera = () =>
  made('/v1/cameras', { gateId: site.entry.gateId, name: 'Rear', format: 'axis', directionMap: { in: 'entry' } })
const withSecondKey = async (path: string, id: string) => {
  await admin.expect(201, admin.post(`${path}/${id}/keys`))
  return id
}

/** What each address ends: how it is made, and what the trail calls its end. */
const endings: Record<string, { make: () => Promise<string>; action: string }> = {
  'DELETE /v1/gates/:gateId': { make: gate, action: 'gate.retired' },
  'DELETE /v1/gates/:gateId/keys/:number': {
    make: async () => withSecondKey('/v1/gates', await gate()),
    action: 'gate.key_removed',
  },
  'DELETE /v1/cameras/:cameraId': { make: camera, action: 'camera.revoked' },
  'DELETE /v1/cameras/:cameraId/keys/:number': {
    make: async () => withSecondKey('/v1/cameras', await camera()),
    action: 'camera.key_removed',
  },
  'DELETE /v1/subscriptions/:subscriptionId': {
    make: async () => {
      const planId = await made('/v1/plans', { name: 'Monthly', siteIds: [site.id] })
      return made('/v1/subscriptions', { planId, holder: 'Holder', siteIds: [site.id], plates: ['B-EN 1'] })
    },
    action: 'subscription.ended',
  },
  'DELETE /v1/blacklist/:blacklistEntryId': {
    make: () => made('/v1/blacklist', { siteId: site.id, plate: 'B-EN 2', reason: 'unpaid' }),
    action: 'blacklist_entry.ended',
  },
  'DELETE /v1/operators/:operatorId': {
    make: () =>
      made('/v1/operators', {
        email: `${randomUUID()}@parking.example`,
        name: 'New',
        role: 'viewer',
        siteIds: [site.id],
      }),
    action: 'operator.changed',
  },
}

test('every address that ends something is looked at here', () => {
  expect(Object.keys(endings).sort()).toEqual(routesOf(staffed.park.app).filter((route) => /^DELETE/.test(route)))
})

describe.each(Object.entries(endings))('%s', (route, { make, action }) => {
  const start = async () => {
    const id = await make()
    const thing = route.replace('DELETE ', '').replace(/:\w+Id/, id)
    const { version } = await admin.expect(200, admin.get(thing.replace('/keys/:number', '')))
    return { id, end: (body?: Record<string, unknown>) => admin.end(thing.replace(':number', '1'), version, body) }
  }
  const newestOf = async (id: string) => {
    const subjectKind = action.split('.')[0]
    return (await admin.expect(200, admin.get(`/v1/audit?subjectKind=${subjectKind}&subjectId=${id}`))).items[0]
  }

  test('records why, where that was said', async () => {
    const [told, untold] = [await start(), await start()]
    const response = await told.end({ reason: ' B-EN 1 asked for it ' })
    expect(response.statusCode, response.body).toBe(200)
    expect(await newestOf(told.id)).toMatchObject({
      action,
      actorId: staffed.adminOperator.id,
      reason: 'B-EN 1 asked for it',
      requestId: response.headers['x-request-id'],
    })
    await admin.expect(200, untold.end())
    expect(await newestOf(untold.id)).toMatchObject({ action, reason: null })
  })

  test('ends nothing for a reason that is none, or for what it does not know', async () => {
    const { id, end } = await start()
    for (const wrong of [
      { reason: 'no' },
      { reason: 'x'.repeat(201) },
      { reason: 'a\u0000b c' },
      { changeReason: 'misspelt' },
    ]) {
      const response = await end(wrong)
      expect(response.statusCode, JSON.stringify(wrong)).toBe(400)
      expect(response.json()).toMatchObject({ code: 'invalid_request' })
    }
    expect((await newestOf(id)).action).not.toBe(action)
  })
})
