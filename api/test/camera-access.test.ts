import { createHash, randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp } from '../src/app.ts'
import { storedKeys } from '../src/domain/device-key.ts'
import { openJournal } from '../src/journal.ts'
import { loggerOptions } from '../src/plugins/log.ts'
import { type CarPark, nobodysAccounts, openCarPark, type Site } from './car-park.ts'

let park: CarPark
let site: Site
beforeAll(async () => {
  park = await openCarPark()
  site = await park.site()
})
afterAll(() => park.close())

const newCamera = () => park.camera(site.entry.gateId)
const events = (id: string) => `/v1/cameras/${id}/events`
const event = () => ({ eventId: randomUUID(), plate: `A ${Math.random()}`, capturedAt: park.clock.now.toISOString() })

function post(url: string, authorization?: string) {
  return park.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    payload: JSON.stringify(event()),
  })
}

type Challenge = { nonce: string; stale: boolean; algorithms: string[] }

/** What a client takes from a 401. */
function challengeOf(response: { headers: Record<string, unknown> }): Challenge {
  const lines = (response.headers['www-authenticate'] as string[]).filter((line) => line.startsWith('Digest '))
  return {
    nonce: /nonce="([^"]+)"/.exec(lines[0]!)![1]!,
    stale: lines[0]!.includes('stale=true'),
    algorithms: lines.map((line) => /algorithm=([\w-]+)/.exec(line)![1]!),
  }
}

/** The answer to it, as a client of the standard makes it. */
function answerTo(nonce: string, uri: string, key: string, change: Record<string, string> = {}) {
  const { algorithm = 'MD5', ...rest } = change
  const parts: Record<string, string> = {
    username: 'turnpike',
    realm: 'turnpike',
    nonce,
    uri,
    nc: '00000001',
    cnonce: 'abc',
    qop: 'auth',
    ...rest,
  }
  const h = (text: string) =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex')
  const ha1 = h(`${parts.username}:${parts.realm}:${key}`)
  parts.response ??= h([ha1, parts.nonce, parts.nc, parts.cnonce, parts.qop, h(`POST:${parts.uri}`)].join(':'))
  const quoted = Object.entries(parts).map(([name, value]) =>
    name === 'nc' || name === 'qop' ? `${name}=${value}` : `${name}="${value}"`,
  )
  return `Digest ${quoted.join(', ')}, algorithm=${algorithm}`
}

async function challenged(url: string): Promise<Challenge> {
  const response = await post(url)
  expect(response.statusCode).toBe(401)
  return challengeOf(response)
}

describe('a camera with Digest', () => {
  test.each(['MD5', 'SHA-256'])(
    '%s: is challenged, answers with its key as the password, and is decided',
    async (algorithm) => {
      const camera = await newCamera()
      const { nonce, algorithms, stale } = await challenged(events(camera.id))
      expect(algorithms).toEqual(['MD5', 'SHA-256'])
      expect(stale).toBe(false)
      const response = await post(events(camera.id), answerTo(nonce, events(camera.id), camera.key, { algorithm }))
      expect(response.statusCode).toBe(200)
      expect(await park.count('reads where camera_id = $1', [camera.id])).toBe(1)
    },
  )

  test('goes on with the same nonce while it counts up, on any path it appends', async () => {
    const camera = await newCamera()
    const { nonce } = await challenged(events(camera.id))
    for (const nc of ['00000001', '00000002', '0000000a']) {
      const url = `${events(camera.id)}/NotificationInfo/TollgateInfo?x=${nc}`
      expect((await post(url, answerTo(nonce, url, camera.key, { nc }))).statusCode).toBe(200)
    }
  })

  test('is answered in whatever way its firmware writes the header', async () => {
    const camera = await newCamera()
    const url = events(camera.id)
    const write = async (change: (header: string) => string) => {
      const { nonce } = await challenged(url)
      return (await post(url, change(answerTo(nonce, url, camera.key)))).statusCode
    }
    expect(await write((header) => header.replace(', algorithm=MD5', ''))).toBe(200)
    expect(
      await write((header) => header.replace('nc=00000001, ', 'nc="00000001",').replace('qop=auth', 'qop="auth"')),
    ).toBe(200)
    expect(await write((header) => header.replaceAll(', ', ','))).toBe(200)
    expect(await write((header) => header.replace('Digest', 'digest').replaceAll('="', ' = "'))).toBe(200)
    const { nonce } = await challenged(url)
    const whole = answerTo(nonce, `http://parking.example${url}`, camera.key)
    expect((await post(url, whole)).statusCode).toBe(200)
  })

  test('whose answer somebody overheard: it cannot be used again, nor for another camera or address', async () => {
    const camera = await newCamera()
    const other = await newCamera()
    const { nonce } = await challenged(events(camera.id))
    const answer = answerTo(nonce, events(camera.id), camera.key)
    expect((await post(events(camera.id), answer)).statusCode).toBe(200)
    const again = await post(events(camera.id), answer)
    expect(again.statusCode).toBe(401)
    expect(challengeOf(again).stale).toBe(true)
    const next = answerTo(nonce, events(camera.id), camera.key, { nc: '00000002' })
    expect((await post(`${events(camera.id)}/elsewhere`, next)).statusCode).toBe(401)
    expect((await post(events(other.id), next)).statusCode).toBe(401)
    expect(await park.count('reads where camera_id = $1', [camera.id])).toBe(1)
  })

  test('with an old nonce is told so, and is in with a fresh one', async () => {
    const camera = await newCamera()
    const url = events(camera.id)
    const { nonce } = await challenged(url)
    park.wait(6)
    const late = await post(url, answerTo(nonce, url, camera.key))
    expect(late.statusCode).toBe(401)
    expect(challengeOf(late).stale).toBe(true)
    const fresh = answerTo(challengeOf(late).nonce, url, camera.key)
    expect((await post(url, fresh)).statusCode).toBe(200)
  })

  test('may answer another process: a nonce needs no memory of who made it', async () => {
    const camera = await newCamera()
    const url = events(camera.id)
    const second = await openSecondProcess()
    try {
      const { nonce } = challengeOf(await second.inject({ method: 'POST', url }))
      expect((await post(url, answerTo(nonce, url, camera.key))).statusCode).toBe(200)
    } finally {
      await second.close()
    }
  })

  test.each<[string, (nonce: string, url: string, key: string) => string]>([
    ['a wrong key', (nonce, url) => answerTo(nonce, url, 'x'.repeat(43))],
    ['another user name', (nonce, url, key) => answerTo(nonce, url, key, { username: 'admin' })],
    ['another realm', (nonce, url, key) => answerTo(nonce, url, key, { realm: 'x' })],
    ['no response', (nonce, url, key) => answerTo(nonce, url, key, { response: '' })],
    [
      'the hash of nothing',
      (nonce, url, key) => answerTo(nonce, url, key, { response: createHash('md5').digest('hex') }),
    ],
    ['a count of zero', (nonce, url, key) => answerTo(nonce, url, key, { nc: '00000000' })],
    ['a count that is none', (nonce, url, key) => answerTo(nonce, url, key, { nc: 'first' })],
    ['no protection', (nonce, url, key) => answerTo(nonce, url, key, { qop: 'auth-int' })],
    ['a nonce of its own', (_nonce, url, key) => answerTo('abc', url, key)],
    ['a nonce that was tampered with', (nonce, url, key) => answerTo(`z${nonce}`, url, key)],
    ['half a header', () => 'Digest username="turnpike'],
    ['nothing in the header', () => 'Digest '],
    ['an endless header', () => `Digest ${'a="b",'.repeat(3000)}`],
  ])('that sends %s is out', async (_what, header) => {
    const camera = await newCamera()
    const { nonce } = await challenged(events(camera.id))
    const response = await post(events(camera.id), header(nonce, events(camera.id), camera.key))
    expect(response.statusCode).toBe(401)
    expect(await park.count('reads where camera_id = $1', [camera.id])).toBe(0)
  })

  test('that does not exist is challenged like one that does', async () => {
    const [real, none] = [await challenged(events((await newCamera()).id)), await challenged(events(randomUUID()))]
    expect(none.algorithms).toEqual(real.algorithms)
    expect(none.nonce.length).toBe(real.nonce.length)
    const unknown = events(randomUUID())
    const { nonce } = await challenged(unknown)
    expect((await post(unknown, answerTo(nonce, unknown, 'x'))).statusCode).toBe(401)
  })

  test('keeps working with both keys while they change, and with the old one no longer', async () => {
    const camera = await newCamera()
    const url = events(camera.id)
    const both = storedKeys([camera.key, 'the new key'])
    const set = (columns: object) =>
      park.database.pool.query(
        'update cameras set key_hashes = $2, digest_hashes = $3, version = version + 1 where id = $1',
        [camera.id, ...Object.values(columns)],
      )
    const isIn = async (key: string) => {
      const answer = answerTo((await challenged(url)).nonce, url, key)
      const first = await post(url, answer)
      if (first.statusCode === 200 || !challengeOf(first).stale) return first.statusCode === 200
      return (await post(url, answerTo(challengeOf(first).nonce, url, key))).statusCode === 200
    }
    expect(await isIn(camera.key)).toBe(true)
    await set(both)
    park.wait(1)
    expect(await isIn(camera.key)).toBe(true)
    expect(await isIn('the new key')).toBe(true)
    // The hashes of the old key are forgotten there; what counts is which keys are live.
    await set({ ...both, keyHashes: storedKeys(['the new key']).keyHashes })
    park.wait(1)
    expect(await isIn('the new key')).toBe(true)
    expect(await isIn(camera.key)).toBe(false)
  })
})

describe('a key', () => {
  test('is taken as a Bearer token and as the password of Basic, whoever the user is', async () => {
    const camera = await newCamera()
    const basic = (user: string) => `Basic ${Buffer.from(`${user}:${camera.key}`).toString('base64')}`
    for (const header of [`Bearer ${camera.key}`, basic('turnpike'), basic('admin'), basic('')])
      expect((await post(events(camera.id), header)).statusCode).toBe(200)
  })

  test('may stand in the path where the firmware can send it nowhere else, with what it appends behind it', async () => {
    const camera = await newCamera()
    for (const appended of ['', '/', '/NotificationInfo/TollgateInfo'])
      expect((await post(`${events(camera.id)}/key/${camera.key}${appended}`)).statusCode).toBe(200)
    for (const wrong of ['x'.repeat(43), '%00', 'a%2Fb', camera.key.slice(1)])
      expect((await post(`${events(camera.id)}/key/${wrong}`)).statusCode).toBe(401)
    const other = await newCamera()
    expect((await post(`${events(other.id)}/key/${camera.key}`)).statusCode).toBe(401)
    expect((await post(`${events(camera.id)}/key`, `Bearer ${camera.key}`)).statusCode).toBe(200)
  })

  test('never reaches a log, an answer or a metric, however it was sent and whatever became of it', async () => {
    const camera = await newCamera()
    const { key } = camera
    const lines = new PassThrough()
    const app = await openSecondProcess({ ...loggerOptions('trace', 'test'), stream: lines })
    const send = (url: string, method: 'POST' | 'GET' = 'POST', authorization = '', contentType = 'application/json') =>
      app.inject({
        method,
        url,
        headers: { 'content-type': contentType, ...(authorization && { authorization }) },
        payload: method === 'GET' ? '' : contentType.startsWith('multipart') ? '--b\r\n' : JSON.stringify(event()),
      })
    const inPath = `${events(camera.id)}/key/${key}`
    const answers = [
      await send(inPath),
      await send(`${inPath}/NotificationInfo/KeepAlive?token=${key}`),
      await send(inPath.replace('/key/', '/%6Bey/')),
      await send(`${inPath}x`),
      await send(inPath, 'POST', '', 'multipart/form-data; boundary=b'),
      await send(inPath, 'GET'),
      await send(inPath.replace('/v1', '/v2')),
      await send(`${inPath}%zz`),
      await send(`${inPath}/%zz`),
      await send(`${events(camera.id)}/key/${key.repeat(6)}`),
      await send(events(camera.id), 'POST', `Bearer ${key}`),
      await send(events(camera.id), 'POST', `Basic ${Buffer.from(`turnpike:${key}`).toString('base64')}`),
      await send(events(camera.id), 'POST', `Bearer ${key}`, 'multipart/form-data; boundary=b'),
      await app.inject('/metrics'),
      await app.inject('/openapi.json'),
    ]
    await app.close()
    const log = lines.read().toString()
    expect(answers[0]!.statusCode).toBe(200)
    expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([])
    expect(log.match(/request completed/g)).toHaveLength(answers.length)
    expect(log).toContain('/events/key/[key]')
    const shown = [log, ...answers.map(({ body, headers }) => body + JSON.stringify(headers))].join('\n')
    expect(shown).not.toContain(key)
    expect(shown).not.toContain(Buffer.from(`turnpike:${key}`).toString('base64'))
  })
})

/** Another process of the same core, on the same database. */
function openSecondProcess(logger: Parameters<typeof buildApp>[0]['logger'] | object = false) {
  return buildApp({
    logger: logger as false,
    database: park.database,
    gateDatabase: park.database,
    journal: openJournal(park.journalFolder, randomUUID()),
    lanes: park.lanes,
    now: () => new Date(park.clock.now),
    dashboardUrl: 'https://parking.example',
    decisionDeadlineMs: 5_000,
    providers: {},
    accounts: nobodysAccounts,
    verifyIdToken: () => Promise.reject(new Error('no operator signs in here')),
    functionKeys: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43), kid: 'test', alg: 'EdDSA' }] },
  })
}
