import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeDocuments } from '../src/mirror/write-documents.ts'
import { type CarPark, openCarPark, type Site } from './car-park.ts'
import { followEvents } from './event-stream.ts'
import { addOperator, openSignIn, type SignIn, type TestOperator } from './operator.ts'

let signIn: SignIn
let park: CarPark
let mine: Site
let other: Site
let viewer: TestOperator
let operator: TestOperator
beforeAll(async () => {
  signIn = await openSignIn()
  park = await openCarPark({ verifyIdToken: signIn.verifyIdToken })
  mine = await park.site()
  other = await park.site()
  viewer = await addOperator(park, signIn, 'viewer', [mine.id])
  operator = await addOperator(park, signIn, 'operator', [mine.id])
  for (const plate of ['LIST 1', 'LIST 2', 'LIST 3']) {
    await park.read(mine.entry, plate)
    await park.passage(mine.entry, 'passed', new Date(park.clock.now))
    park.wait(1)
  }
  await park.read(other.entry, 'HIDDEN 1')
})
afterAll(async () => {
  await park.close()
  await signIn.stop()
})

const get = (url: string, token = viewer.token) =>
  park.app.inject({ url, headers: { authorization: `Bearer ${token}` } })

describe('a list', () => {
  test.each(['sites', 'gates', 'cameras', 'decisions', 'reads', 'sessions', 'payments', 'audit'])(
    '%s shows what is at the operator’s own sites, and nothing of others',
    async (name) => {
      const response = await get(`/v1/${name}`)
      expect(response.statusCode, response.body).toBe(200)
      const { items } = response.json()
      expect(items.length).toBeGreaterThan(name === 'payments' ? -1 : 0)
      expect(response.body).not.toContain(other.id)
      expect(response.body).not.toContain('HIDDEN1')
      if (name !== 'sites') expect((await get(`/v1/${name}?siteId=${other.id}`)).statusCode).toBe(404)
    },
  )

  test('of decisions has the shape that tools rely on', async () => {
    const { items } = (await get(`/v1/decisions?siteId=${mine.id}&limit=1`, operator.token)).json()
    expect(items[0]).toEqual({
      id: expect.any(String),
      siteId: mine.id,
      gateId: mine.entry.gateId,
      cameraId: mine.entry.camera.id,
      outcome: 'ALLOW',
      reason: 'transient_entry',
      mode: 'normal',
      read: {
        id: expect.any(String),
        eventId: expect.any(String),
        plateRaw: 'LIST 3',
        plate: 'LIST3',
        confidence: null,
        capturedAt: expect.stringMatching(/Z$/),
        receivedAt: expect.stringMatching(/Z$/),
      },
      matchedPlate: null,
      sessionId: expect.any(String),
      createdAt: expect.stringMatching(/Z$/),
    })
  })

  test.each(['decisions', 'reads', 'sessions', 'audit'])(
    'of %s pages newest first, without a gap or a repeat',
    async (name) => {
      const whole = (await get(`/v1/${name}?limit=200`)).json().items.map((item: { id: string }) => item.id)
      const paged: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page: { items: { id: string }[]; nextCursor: string | null } = (
          await get(`/v1/${name}?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
        ).json()
        paged.push(...page.items.map((item) => item.id))
        cursor = page.nextCursor
      }
      expect(paged).toEqual(whole)
      expect(whole.length).toBeGreaterThanOrEqual(3)
    },
  )

  test.each([
    'limit=0',
    'limit=201',
    'limit=x',
    'cursor=nonsense',
    'siteId=x',
    'since=yesterday',
    'since=0000-01-01T00:00:00Z',
    `cursor=${Buffer.from('-'.repeat(36)).toString('base64url')}`,
    `cursor=${Buffer.from('17').toString('base64url')}`,
  ])('asked with %s is 400', async (query) => {
    expect((await get(`/v1/decisions?${query}`)).statusCode).toBe(400)
  })

  test('searched by plate finds it however it is written, with the plate in the body', async () => {
    for (const path of ['decisions', 'sessions']) {
      const response = await park.post(`/v1/${path}/search`, viewer.token, { plate: 'list-2' })
      expect(response.json().items).toHaveLength(1)
      expect((await park.post(`/v1/${path}/search`, viewer.token, { plate: 'HIDDEN 1' })).json().items).toEqual([])
    }
  })
})

describe('the live stream', () => {
  test('sends the operator’s own sites with masked plates, then each change, and ends when his rights change', async () => {
    const base = await park.app.listen({ port: 0, host: '127.0.0.1' })
    const mark = (kind: string, id: string) =>
      park.database.pool.query('insert into mirror_marks (kind, subject_id) values ($1, $2)', [kind, id])
    for (const [kind, id] of [
      ['site', mine.id],
      ['site', other.id],
      ['gate', mine.exit.gateId],
      ['operator', viewer.id],
    ] as const)
      await mark(kind, id)
    const relay = () => writeDocuments(park.database, () => new Date(park.clock.now), 1_000)
    await relay()

    const live = await followEvents(`${base}/v1/live`, viewer.token)
    const first: { path: string; data: Record<string, unknown> }[] = []
    for (let event = await live.next(); event.event !== 'synced'; event = await live.next())
      if (event.event === 'document') first.push(JSON.parse(event.data))
    expect(first.map((document) => document.path).sort()).toEqual(
      [
        `operators/${viewer.uid}`,
        `sites/${mine.id}`,
        `sites/${mine.id}/gates/${mine.entry.gateId}`,
        `sites/${mine.id}/gates/${mine.exit.gateId}`,
      ].sort(),
    )

    const { decisionId } = await park.read(mine.exit, 'LIST 1')
    await relay()
    const gate = JSON.parse((await live.next((event) => event.data.includes(`gates/${mine.exit.gateId}`))).data)
    const shown = first.find((document) => document.path === gate.path)!
    expect(gate.data.v).toBe(Number(shown.data.v) + 1)
    expect(gate.data.lastDecision).toMatchObject({ id: decisionId, outcome: 'ALLOW', plateMasked: 'L•••1' })

    await park.database.pool.query(`update operators set role = 'operator' where id = $1`, [viewer.id])
    await mark('operator', viewer.id)
    await relay()
    await live.next((event) => event.data.includes(`operators/${viewer.uid}`))
    await live.finished
    expect(JSON.stringify([first, live.rest()])).not.toMatch(/LIST1|LIST 1|HIDDEN/)
  })
})
