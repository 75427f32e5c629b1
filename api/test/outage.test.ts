import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
const failure = { code: 'auth/argument-error', message: '' }
beforeAll(async () => {
  park = await openCarPark({
    trustProxy: 'loopback',
    verifyIdToken: () => Promise.reject(Object.assign(new Error(failure.message), { code: failure.code })),
  })
})
afterAll(() => park.close())

test.each([
  ['auth/network-error', 'fetch failed', 503],
  ['auth/argument-error', 'Error fetching public keys for Google certs: getaddrinfo ENOTFOUND', 503],
  ['auth/argument-error', 'Decoding Firebase ID token failed.', 401],
  ['auth/id-token-expired', 'expired', 401],
  ['auth/id-token-revoked', 'revoked', 401],
])('%s (%s) is answered %i: an outage of Firebase signs nobody out', async (code, message, status) => {
  Object.assign(failure, { code, message })
  const response = await park.app.inject({ url: '/v1/sites', headers: { authorization: 'Bearer x' } })
  expect(response.statusCode).toBe(status)
})

test('behind a trusted proxy each driver has a limit of his own', async () => {
  const site = await park.site()
  const ask = (address: string) =>
    park.app.inject({
      method: 'POST',
      url: '/v1/quotes',
      headers: { 'x-forwarded-for': address },
      payload: { siteId: site.id, plate: 'A 1' },
    })
  const statuses = new Set<number>()
  for (let i = 0; i < 70; i += 1) statuses.add((await ask('192.0.2.1')).statusCode)
  expect(statuses).toEqual(new Set([200, 429]))
  expect((await ask('192.0.2.2')).statusCode).toBe(200)
})
