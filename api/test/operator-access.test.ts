import { randomUUID } from 'node:crypto'
import { type Role, roles } from '@turnpike/contracts/operator.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark, plainTariff, type Site } from './car-park.ts'
import { TestProvider } from './money/test-provider.ts'
import { addOperator, openSignIn, type SignIn } from './operator.ts'
import { type Client, clientOf } from './operator-client.ts'
import { routesOf } from './routes-of.ts'

/** Things at one site, looked at or changed by the tests below; what a test uses up it makes itself. */
type At = { site: Site; planId: string; ids: Record<string, string> }
type Line = {
  /** The weakest role that may do it at a site of its own. */
  needs: Role
  /** Sends it for a thing at this site; `admin` makes what it uses up. */
  send: (as: Client, at: At, admin: Client) => Promise<{ statusCode: number; body: string }>
  /** Belongs to no site: there is no other to try. */
  siteless?: true
}

const made = async (admin: Client, path: string, body: Record<string, unknown>) =>
  (await admin.expect(201, admin.post(path, body))).id as string
const plate = () => `M ${Math.floor(Math.random() * 1e9)}`
const inOneSite = (path: string): Line => ({
  needs: 'viewer',
  send: (as, { site }) => as.get(`${path}?siteId=${site.id}`),
})
const searchInOneSite = (path: string): Line => ({
  needs: 'viewer',
  send: (as, { site }) => as.post(`${path}/search`, { siteId: site.id, plate: 'A 1' }),
})
const one = (path: string): Line => ({ needs: 'viewer', send: (as, { ids }) => as.get(`${path}/${ids[path]}`) })

const newGate = ({ site }: At) => ({ siteId: site.id, name: 'Side', direction: 'entry' })
const newCamera = ({ site }: At) => ({ gateId: site.entry.gateId, name: 'Rear', format: 'turnpike' })
const newSubscription = ({ site, planId }: At) => ({ planId, holder: 'Holder', siteIds: [site.id], plates: [plate()] })
const newEntry = ({ site }: At) => ({ siteId: site.id, plate: plate(), reason: 'unpaid' })
const newStay = ({ site }: At) => ({ siteId: site.id, plate: plate(), openedAt: park.clock.now.toISOString() })
const newOperator = ({ site }: At) => ({
  email: `${randomUUID()}@parking.example`,
  name: 'New',
  role: 'viewer',
  siteIds: [site.id],
})

/** Money that refers to nothing we know. */
const orphan = async () => {
  const eventId = `evt_${randomUUID()}`
  await park.pay(randomUUID(), 200, { eventId })
  return (await park.row('select id from payment_events where event_id = $1', [eventId])).id as string
}

/** Every address an operator may call. A route that is not here fails the first test. */
const matrix: Record<string, Line> = {
  'GET /v1/sites': { needs: 'viewer', send: (as) => as.get('/v1/sites'), siteless: true },
  'GET /v1/sites/:siteId': one('/v1/sites'),
  'POST /v1/sites': {
    needs: 'admin',
    send: (as) => as.post('/v1/sites', { name: 'New', timeZone: 'Europe/Berlin', currency: 'EUR', capacity: 1 }),
    siteless: true,
  },
  'PATCH /v1/sites/:siteId': {
    needs: 'manager',
    send: async (as, { site }, admin) => {
      const { version } = await admin.expect(200, admin.get(`/v1/sites/${site.id}`))
      return as.change(`/v1/sites/${site.id}`, version, { name: 'Renamed' })
    },
  },

  'GET /v1/gates': inOneSite('/v1/gates'),
  'GET /v1/gates/:gateId': one('/v1/gates'),
  'POST /v1/gates': { needs: 'manager', send: (as, at) => as.post('/v1/gates', newGate(at)) },
  'PATCH /v1/gates/:gateId': {
    needs: 'manager',
    send: async (as, at, admin) =>
      as.change(`/v1/gates/${await made(admin, '/v1/gates', newGate(at))}`, 1, { name: 'Renamed' }),
  },
  'DELETE /v1/gates/:gateId': {
    needs: 'manager',
    send: async (as, at, admin) => as.end(`/v1/gates/${await made(admin, '/v1/gates', newGate(at))}`, 1),
  },
  'POST /v1/gates/:gateId/keys': {
    needs: 'manager',
    send: async (as, at, admin) => as.post(`/v1/gates/${await made(admin, '/v1/gates', newGate(at))}/keys`),
  },
  'DELETE /v1/gates/:gateId/keys/:number': {
    needs: 'manager',
    send: async (as, at, admin) => {
      const id = await made(admin, '/v1/gates', newGate(at))
      await admin.expect(201, admin.post(`/v1/gates/${id}/keys`))
      return as.end(`/v1/gates/${id}/keys/1`, 2)
    },
  },
  'POST /v1/gates/:gateId/commands': {
    needs: 'operator',
    send: (as, { site }) => as.post(`/v1/gates/${site.entry.gateId}/commands`, { action: 'open', reason: 'a test' }),
  },
  'GET /v1/gates/:gateId/commands/:commandId': {
    needs: 'viewer',
    send: async (as, { site }, admin) => {
      const url = `/v1/gates/${site.entry.gateId}/commands`
      return as.get(`${url}/${await made(admin, url, { action: 'open', reason: 'a test' })}`)
    },
  },

  'GET /v1/cameras': inOneSite('/v1/cameras'),
  'GET /v1/cameras/:cameraId': one('/v1/cameras'),
  'POST /v1/cameras': { needs: 'manager', send: (as, at) => as.post('/v1/cameras', newCamera(at)) },
  'PATCH /v1/cameras/:cameraId': {
    needs: 'manager',
    send: async (as, at, admin) =>
      as.change(`/v1/cameras/${await made(admin, '/v1/cameras', newCamera(at))}`, 1, { name: 'Renamed' }),
  },
  'DELETE /v1/cameras/:cameraId': {
    needs: 'manager',
    send: async (as, at, admin) => as.end(`/v1/cameras/${await made(admin, '/v1/cameras', newCamera(at))}`, 1),
  },
  'POST /v1/cameras/:cameraId/clock': {
    needs: 'operator',
    send: (as, { ids }) => as.post(`/v1/cameras/${ids['/v1/cameras']}/clock`, { offsetSeconds: 0 }),
  },
  'POST /v1/cameras/:cameraId/keys': {
    needs: 'manager',
    send: async (as, at, admin) => as.post(`/v1/cameras/${await made(admin, '/v1/cameras', newCamera(at))}/keys`),
  },
  'DELETE /v1/cameras/:cameraId/keys/:number': {
    needs: 'manager',
    send: async (as, at, admin) => {
      const id = await made(admin, '/v1/cameras', newCamera(at))
      await admin.expect(201, admin.post(`/v1/cameras/${id}/keys`))
      return as.end(`/v1/cameras/${id}/keys/1`, 2)
    },
  },

  'GET /v1/plans': inOneSite('/v1/plans'),
  'GET /v1/plans/:planId': one('/v1/plans'),
  'POST /v1/plans': {
    needs: 'manager',
    send: (as, { site }) => as.post('/v1/plans', { name: 'Plan', siteIds: [site.id] }),
  },
  'PATCH /v1/plans/:planId': {
    needs: 'manager',
    send: async (as, { site }, admin) =>
      as.change(`/v1/plans/${await made(admin, '/v1/plans', { name: 'Plan', siteIds: [site.id] })}`, 1, { name: 'X' }),
  },

  'GET /v1/subscriptions': inOneSite('/v1/subscriptions'),
  'GET /v1/subscriptions/:subscriptionId': one('/v1/subscriptions'),
  'POST /v1/subscriptions/search': searchInOneSite('/v1/subscriptions'),
  'POST /v1/subscriptions': {
    needs: 'manager',
    send: (as, at) => as.post('/v1/subscriptions', newSubscription(at)),
  },
  'PATCH /v1/subscriptions/:subscriptionId': {
    needs: 'manager',
    send: async (as, at, admin) =>
      as.change(`/v1/subscriptions/${await made(admin, '/v1/subscriptions', newSubscription(at))}`, 1, { poolSize: 2 }),
  },
  'DELETE /v1/subscriptions/:subscriptionId': {
    needs: 'manager',
    send: async (as, at, admin) =>
      as.end(`/v1/subscriptions/${await made(admin, '/v1/subscriptions', newSubscription(at))}`, 1),
  },

  'POST /v1/subscriptions/:subscriptionId/actions': {
    needs: 'manager',
    send: async (as, at, admin) => {
      const id = await made(admin, '/v1/subscriptions', newSubscription(at))
      return as.post(`/v1/subscriptions/${id}/actions`, { action: 'pause', reason: 'on holiday' })
    },
  },
  'GET /v1/entitlement-rules': { needs: 'viewer', send: (as) => as.get('/v1/entitlement-rules'), siteless: true },
  'POST /v1/entitlement-rules': {
    needs: 'admin',
    send: (as) => as.post('/v1/entitlement-rules', { status: 'unpaid', collectionPaused: false, entitled: 'no' }),
    siteless: true,
  },

  'GET /v1/blacklist': inOneSite('/v1/blacklist'),
  'GET /v1/blacklist/:blacklistEntryId': one('/v1/blacklist'),
  'POST /v1/blacklist/search': searchInOneSite('/v1/blacklist'),
  'POST /v1/blacklist': { needs: 'operator', send: (as, at) => as.post('/v1/blacklist', newEntry(at)) },
  'PATCH /v1/blacklist/:blacklistEntryId': {
    needs: 'operator',
    send: async (as, at, admin) =>
      as.change(`/v1/blacklist/${await made(admin, '/v1/blacklist', newEntry(at))}`, 1, { reason: 'another' }),
  },
  'DELETE /v1/blacklist/:blacklistEntryId': {
    needs: 'operator',
    send: async (as, at, admin) => as.end(`/v1/blacklist/${await made(admin, '/v1/blacklist', newEntry(at))}`, 1),
  },

  'GET /v1/tariffs': inOneSite('/v1/tariffs'),
  'GET /v1/tariffs/:tariffId': one('/v1/tariffs'),
  'POST /v1/tariffs': {
    needs: 'manager',
    send: (as, { site }) => as.post('/v1/tariffs', { siteId: site.id, rules: plainTariff }),
  },

  'GET /v1/operators': { needs: 'admin', send: (as) => as.get('/v1/operators'), siteless: true },
  'GET /v1/operators/:operatorId': {
    needs: 'admin',
    send: (as, { ids }) => as.get(`/v1/operators/${ids['/v1/operators']}`),
    siteless: true,
  },
  'POST /v1/operators': {
    needs: 'admin',
    send: (as, at) => as.post('/v1/operators', newOperator(at)),
    siteless: true,
  },
  'PATCH /v1/operators/:operatorId': {
    needs: 'admin',
    send: async (as, at, admin) =>
      as.change(`/v1/operators/${await made(admin, '/v1/operators', newOperator(at))}`, 1, { role: 'operator' }),
    siteless: true,
  },
  'DELETE /v1/operators/:operatorId': {
    needs: 'admin',
    send: async (as, at, admin) => as.end(`/v1/operators/${await made(admin, '/v1/operators', newOperator(at))}`, 1),
    siteless: true,
  },

  'GET /v1/decisions': inOneSite('/v1/decisions'),
  'GET /v1/decisions/:decisionId': one('/v1/decisions'),
  'POST /v1/decisions/search': searchInOneSite('/v1/decisions'),
  'GET /v1/reads': inOneSite('/v1/reads'),
  'GET /v1/sessions': inOneSite('/v1/sessions'),
  'GET /v1/sessions/:sessionId': one('/v1/sessions'),
  'GET /v1/sessions/:sessionId/timeline': {
    needs: 'viewer',
    send: (as, { ids }) => as.get(`/v1/sessions/${ids['/v1/sessions']}/timeline`),
  },
  'PATCH /v1/sessions/:sessionId': {
    needs: 'operator',
    send: async (as, { ids }, admin) => {
      const { version } = await admin.expect(200, admin.get(`/v1/sessions/${ids['/v1/sessions']}`))
      return as.change(`/v1/sessions/${ids['/v1/sessions']}`, version, { needsReview: false, changeReason: 'a test' })
    },
  },
  'POST /v1/sessions/search': searchInOneSite('/v1/sessions'),
  'POST /v1/sessions': {
    needs: 'operator',
    send: (as, at) => as.post('/v1/sessions', { ...newStay(at), changeReason: 'a test' }),
  },
  'POST /v1/sessions/preview': { needs: 'operator', send: (as, at) => as.post('/v1/sessions/preview', newStay(at)) },
  'POST /v1/sessions/:sessionId/preview': {
    needs: 'operator',
    send: (as, { ids }) => as.post(`/v1/sessions/${ids['/v1/sessions']}/preview`, { needsReview: false }),
  },
  'POST /v1/sessions/bills': {
    needs: 'viewer',
    send: (as, { ids }) => as.post('/v1/sessions/bills', { sessionIds: [ids['/v1/sessions']] }),
    siteless: true,
  },
  'GET /v1/payments': inOneSite('/v1/payments'),
  'GET /v1/payments/:paymentId': one('/v1/payments'),
  'GET /v1/payments/:paymentId/refunds': {
    needs: 'viewer',
    send: (as, { ids }) => as.get(`/v1/payments/${ids['/v1/payments']}/refunds`),
  },
  'POST /v1/payments/:paymentId/refunds': {
    needs: 'manager',
    send: (as, { ids }) => as.post(`/v1/payments/${ids['/v1/payments']}/refunds`, { amountMinor: 1, reason: 'a test' }),
  },
  'GET /v1/orphans': { needs: 'manager', send: (as) => as.get('/v1/orphans'), siteless: true },
  'POST /v1/orphans/:orphanId/adopt': {
    needs: 'manager',
    send: async (as, { ids }) =>
      as.post(`/v1/orphans/${await orphan()}/adopt`, { sessionId: ids['/v1/sessions']!, reason: 'a test' }),
  },
  'POST /v1/orphans/:orphanId/dismiss': {
    needs: 'admin',
    send: async (as) => as.post(`/v1/orphans/${await orphan()}/dismiss`, { reason: 'a test' }),
    siteless: true,
  },
  'POST /v1/sessions/:sessionId/adjustments': {
    needs: 'manager',
    send: (as, { ids }) =>
      as.post(`/v1/sessions/${ids['/v1/sessions']}/adjustments`, { amountMinor: -1, reason: 'a test' }),
  },
  'GET /v1/alerts': inOneSite('/v1/alerts'),
  'GET /v1/alerts/:alertId': one('/v1/alerts'),
  'PATCH /v1/alerts/:alertId': {
    needs: 'operator',
    send: async (as, at) => as.change(`/v1/alerts/${await park.alert(at.site.id)}`, 1, { state: 'resolved' }),
  },
  'GET /v1/audit': inOneSite('/v1/audit'),
  'GET /v1/audit/:auditEntryId': one('/v1/audit'),
  // Who keeps the books may look and change nothing: a viewer sees sums, and plates masked.
  'GET /v1/reports/revenue': inOneSite('/v1/reports/revenue'),
  'GET /v1/reports/traffic': inOneSite('/v1/reports/traffic'),
  'GET /v1/reports/occupancy': inOneSite('/v1/reports/occupancy'),
  'GET /v1/reports/uncollected': inOneSite('/v1/reports/uncollected'),
  'POST /v1/plates': {
    needs: 'operator',
    send: (as, { ids }) => as.post('/v1/plates', { sessionIds: [ids['/v1/sessions']] }),
    siteless: true,
  },
  'POST /v1/plates/erase': {
    needs: 'admin',
    send: (as) => as.post('/v1/plates/erase', { plate: plate(), reason: 'asked for' }),
    siteless: true,
  },
}

/** Open to devices, drivers, Cloud Functions and the platform: they are not operators. */
const others =
  /^(GET \/(docs.*|openapi\.json|healthz|readyz|metrics)|POST \/internal\/.*|\w+ \/v1\/(quotes|public).*|POST \/v1\/cameras\/:cameraId\/events.*|GET \/v1\/gates\/:gateId\/commands|POST \/v1\/gates\/:gateId\/(commands\/:commandId\/result|passages|state))$/
/** Never answers, so it is tried elsewhere. */
const streams = ['GET /v1/live']

let signIn: SignIn
let park: CarPark
let mine: At
let other: At
let admin: Client
let paths: Record<string, Record<string, { responses: object }>>
const clients = {} as Record<Role, Client>
beforeAll(async () => {
  signIn = await openSignIn()
  const { verifyIdToken, accounts } = signIn
  park = await openCarPark({ verifyIdToken, accounts, providers: { stripe: new TestProvider() } })
  admin = clientOf(park, (await addOperator(park, signIn, 'admin', [])).token)
  paths = (await park.app.inject('/openapi.json')).json().paths
  mine = await furnished(await park.site())
  other = await furnished(await park.site())
  for (const role of roles)
    clients[role] = clientOf(park, (await addOperator(park, signIn, role, [mine.site.id])).token)
})
afterAll(async () => {
  await park.close()
  await signIn.stop()
})

/** A site with one of each thing, one paid stay among them. */
async function furnished(site: Site): Promise<At> {
  const planId = await made(admin, '/v1/plans', { name: 'Monthly', siteIds: [site.id] })
  const at: At = { site, planId, ids: {} }
  const vehicle = plate()
  const entered = await park.read(site.entry, vehicle)
  await park.passage(site.entry, 'passed')
  park.wait(45)
  const asked = await park.read(site.exit, vehicle)
  await park.pay(asked.quote!.id, asked.quote!.amountMinor)
  const first = async (path: string) =>
    (await admin.expect(200, admin.get(`${path}?siteId=${site.id}&limit=1`))).items[0].id
  at.ids = {
    '/v1/sites': site.id,
    '/v1/gates': site.entry.gateId,
    '/v1/cameras': site.entry.camera.id,
    '/v1/plans': planId,
    '/v1/subscriptions': await made(admin, '/v1/subscriptions', newSubscription(at)),
    '/v1/blacklist': await made(admin, '/v1/blacklist', newEntry(at)),
    '/v1/tariffs': await first('/v1/tariffs'),
    '/v1/operators': await first('/v1/operators'),
    '/v1/decisions': entered.decisionId,
    '/v1/sessions': entered.sessionId!,
    '/v1/payments': await first('/v1/payments'),
    '/v1/alerts': await park.alert(site.id),
    '/v1/audit': await first('/v1/audit'),
  }
  return at
}

test('every address of operators has a line in the matrix, and every line is an address', () => {
  const addresses = routesOf(park.app).filter((route) => !others.test(route) && !streams.includes(route))
  expect(addresses).toEqual(Object.keys(matrix).sort())
})

describe.each(Object.entries(matrix))('%s', (route, { needs, send, siteless }) => {
  const [method, address] = route.split(' ') as [string, string]
  const documented = () => paths[address.replaceAll(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!
  const answered = async (as: Client, at: At) => {
    const response = await send(as, at, admin)
    expect(Object.keys(documented().responses), 'what the document names').toContain(String(response.statusCode))
    return response
  }

  test.each(roles)(`at a site of one's own, as %s`, async (role) => {
    const response = await answered(clients[role], mine)
    const expected = roles.indexOf(role) >= roles.indexOf(needs) ? [200, 201] : [403]
    expect(expected, response.body).toContain(response.statusCode)
  })

  test.each(siteless ? [] : roles)('at another site, as %s', async (role) => {
    const response = await answered(clients[role], other)
    expect(role === 'admin' ? [200, 201] : [404], response.body).toContain(response.statusCode)
    if (role !== 'admin') expect(JSON.parse(response.body)).toMatchObject({ code: 'not_found' })
  })

  test('signed in as nobody', async () => {
    expect((await answered(clientOf(park, 'x.y.z'), mine)).statusCode).toBe(401)
  })
})

test('plates at another site are left out, whoever asks', async () => {
  const asked = (as: Client) =>
    as.expect(200, as.post('/v1/plates', { sessionIds: [mine.ids['/v1/sessions'], other.ids['/v1/sessions']] }))
  expect((await asked(clients.manager)).items.map((item: { id: string }) => item.id)).toEqual([
    mine.ids['/v1/sessions'],
  ])
  expect((await asked(clients.admin)).items).toHaveLength(2)
})
