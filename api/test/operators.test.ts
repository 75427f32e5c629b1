import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { CarPark, Site } from './car-park.ts'
import { type Client, clientOf } from './operator-client.ts'
import { openStaffedCarPark, type StaffedCarPark } from './signed-in.ts'

let staffed: StaffedCarPark
let park: CarPark
let admin: Client
let site: Site
beforeAll(async () => {
  staffed = await openStaffedCarPark()
  ;({ park, admin } = staffed)
  site = await park.site()
})
afterAll(() => staffed.close())

const invitation = () => ({
  email: `${randomUUID()}@Parking.Example`,
  name: 'Kim',
  role: 'operator',
  siteIds: [site.id],
})
const url = (id: string) => `/v1/operators/${id}`
const versionOf = async (id: string) => (await admin.expect(200, admin.get(url(id)))).version

/** Firebase ends sessions by whole seconds: one that began in the same second would stay. */
async function nextSecond() {
  const began = Math.floor(Date.now() / 1000)
  await vi.waitUntil(() => Math.floor(Date.now() / 1000) > began, { timeout: 3_000, interval: 20 })
}

describe('whoever is invited', () => {
  test('sets a password by the link, signs in and may do what the invitation says', async () => {
    const invited = await admin.expect(201, admin.post('/v1/operators', invitation()))
    expect(invited.email).toMatch(/@parking\.example$/)
    const token = await staffed.signIn.acceptInvitation(invited.invitationUrl, invited.email)
    const kim = clientOf(park, token)
    const { items } = await kim.expect(200, kim.get('/v1/sites'))
    expect(items.map((item: { id: string }) => item.id)).toEqual([site.id])
    expect((await admin.get(url(invited.id))).body).not.toContain('oobCode')
    expect(await park.count(`mirror_marks where kind = 'operator' and subject_id = $1`, [invited.id])).toBe(1)
  })

  test('is listed as invited until he has signed in, then as active from that time on, and as disabled whether he came or not', async () => {
    const listed = async (id: string) => {
      const lists = ['active', 'invited', 'disabled'].map(async (state) => {
        const { items } = await admin.expect(200, admin.get(`/v1/operators?siteId=${site.id}&state=${state}&limit=200`))
        return items.some((item: { id: string }) => item.id === id) ? [state] : []
      })
      return (await Promise.all(lists)).flat()
    }
    const [kim, lou] = [
      await admin.expect(201, admin.post('/v1/operators', invitation())),
      await admin.expect(201, admin.post('/v1/operators', invitation())),
    ]
    expect([kim.signedInAt, await listed(kim.id)]).toEqual([null, ['invited']])
    const client = clientOf(park, await staffed.signIn.acceptInvitation(kim.invitationUrl, kim.email))
    const cameAt = park.clock.now.toISOString()
    await Promise.all(['/v1/sites', '/v1/gates', '/v1/alerts'].map((path) => client.expect(200, client.get(path))))
    park.wait(5)
    await client.expect(200, client.get('/v1/sites'))
    const { signedInAt, version } = await admin.expect(200, admin.get(url(kim.id)))
    expect([signedInAt, version, await listed(kim.id)]).toEqual([cameAt, kim.version, ['active']])

    await admin.expect(200, admin.end(url(lou.id), lou.version))
    expect(await listed(lou.id)).toEqual(['disabled'])
  })

  test('twice is one operator', async () => {
    const body = invitation()
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/v1/operators', body)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409, 409])
  })

  test('does not share the account with somebody who signed up with that e-mail before', async () => {
    const stranger = await staffed.signIn.account({ emailVerified: false })
    await nextSecond()
    const invited = await admin.expect(201, admin.post('/v1/operators', { ...invitation(), email: stranger.email }))
    expect(invited.firebaseUid).toBe(stranger.uid)
    await expect(staffed.signIn.signIn(stranger.email)).rejects.toThrow('INVALID')
    expect((await clientOf(park, stranger.token).get('/v1/sites')).statusCode).toBe(401)
  })
})

describe('new rights', () => {
  test('count at the next request with the same token, and the sessions that were open end', async () => {
    const kim = await staffed.staff('manager', [site.id])
    const plan = { name: 'P', siteIds: [site.id] }
    await kim.expect(201, kim.post('/v1/plans', plan))
    await park.database.pool.query(`update operators set role = 'viewer' where id = $1`, [kim.id])
    expect((await kim.post('/v1/plans', plan)).statusCode).toBe(403)
    await nextSecond()
    await admin.expect(200, admin.change(url(kim.id), 1, { role: 'operator' }))
    expect((await kim.get('/v1/sites')).statusCode).toBe(401)
    const again = clientOf(park, await staffed.signIn.signIn(kim.email))
    expect((await again.post('/v1/plans', plan)).statusCode).toBe(403)
    await again.expect(201, again.post('/v1/blacklist', { siteId: site.id, plate: 'R 1', reason: 'unpaid' }))
  })

  test('of a site that was taken away hide it', async () => {
    const other = await park.site()
    const kim = await staffed.staff('viewer', [site.id, other.id])
    await admin.expect(200, admin.change(url(kim.id), 1, { siteIds: [other.id] }))
    const again = clientOf(park, await staffed.signIn.signIn(kim.email))
    expect((await again.get(`/v1/sites/${site.id}`)).statusCode).toBe(404)
    await again.expect(200, again.get(`/v1/sites/${other.id}`))
    const [entry] = (await admin.expect(200, admin.get(`/v1/audit?subjectId=${kim.id}`))).items
    expect(entry.after).toEqual({ siteIds: [other.id] })
  })

  test('that are none: a disabled operator cannot sign in, and can once enabled again', async () => {
    const kim = await staffed.staff('operator', [site.id])
    const disabled = await admin.expect(200, admin.end(url(kim.id), 1))
    expect(disabled.disabledAt).toEqual(expect.any(String))
    expect((await kim.get('/v1/sites')).statusCode).toBe(401)
    await expect(staffed.signIn.signIn(kim.email)).rejects.toThrow('USER_DISABLED')
    await admin.expect(200, admin.change(url(kim.id), 2, { disabled: false }))
    const again = clientOf(park, await staffed.signIn.signIn(kim.email))
    await again.expect(200, again.get('/v1/sites'))
  })

  test('are never taken by an admin from himself, and of two admins who disable each other one stays', async () => {
    expect((await admin.change(url(staffed.adminOperator.id), 1, { role: 'viewer' })).statusCode).toBe(409)
    expect((await admin.end(url(staffed.adminOperator.id), 1)).statusCode).toBe(409)
    for (let round = 0; round < 5; round += 1) {
      const [one, two] = [await staffed.staff('admin', []), await staffed.staff('admin', [])]
      const answers = await Promise.all([one.end(url(two.id), 1), two.end(url(one.id), 1)])
      expect(answers.map(({ statusCode }) => statusCode).sort(), `round ${round}`).toEqual([200, expect.any(Number)])
      expect(await park.count('operators where id = any($1) and disabled_at is null', [[one.id, two.id]])).toBe(1)
    }
  })

  test('that could not end open sessions are stored, and say so', async () => {
    const kim = await staffed.staff('operator', [site.id])
    await park.database.pool.query('update operators set firebase_uid = $2 where id = $1', [kim.id, 'no-such-account'])
    const response = await admin.change(url(kim.id), 1, { role: 'viewer' })
    expect(response.statusCode).toBe(503)
    expect(response.json().detail).toContain('stored')
    expect(await versionOf(kim.id)).toBe(2)
  })
})

test('a new site is on every admin’s list at once, and their documents are written again', async () => {
  const made = await admin.expect(
    201,
    admin.post('/v1/sites', { name: 'New', timeZone: 'Europe/Berlin', currency: 'EUR', capacity: 2 }),
  )
  await admin.expect(200, admin.get(`/v1/sites/${made.id}`))
  expect(await park.count('site_slots where site_id = $1 and session_id is null', [made.id])).toBe(2)
  expect(
    await park.count(`mirror_marks where kind = 'operator' and subject_id = $1`, [staffed.adminOperator.id]),
  ).toBeGreaterThan(0)
})
