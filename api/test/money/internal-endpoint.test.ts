import { createHash, createHmac, randomUUID } from 'node:crypto'
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { internalTokenVerifier } from '../../src/plugins/internal-auth.ts'
import { type CarPark, openCarPark } from '../car-park.ts'

/* The attacks that a token between the functions and the core must stand, each by its name. */

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const body = () =>
  JSON.stringify({
    provider: 'stripe',
    eventId: `evt_${randomUUID()}`,
    eventType: 'checkout.session.completed',
    change: {
      kind: 'payment_captured',
      factId: `pi_${randomUUID()}`,
      reference: randomUUID(),
      amountMinor: 200,
      currency: 'EUR',
      capturedAt: park.clock.now.toISOString(),
    },
  })
const seconds = () => Math.floor(park.clock.now.getTime() / 1000)
const claimsFor = (text: string): JWTPayload => ({
  iss: 'turnpike-functions',
  aud: 'turnpike-api',
  iat: seconds(),
  exp: seconds() + 60,
  jti: randomUUID(),
  body_sha256: createHash('sha256').update(text).digest('hex'),
})
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
/** The public key that everybody may know, as the bytes that a careless verifier would take for a shared secret. */
async function publicPem(): Promise<string> {
  const { d: _private, ...publicJwk } = await exportJWK(park.functionKey)
  return exportSPKI((await importJWK(publicJwk, 'EdDSA', { extractable: true })) as never)
}
function hmac(text: string, header: object, secret: string): string {
  const unsigned = `${encode(header)}.${encode(claimsFor(text))}`
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`
}
const send = (token: string | undefined, text: string) => park.post('/internal/payment-events', token, text)

describe('a token is refused, and nothing is stored,', () => {
  const attacks: Record<string, (text: string) => Promise<string | undefined> | string | undefined> = {
    'when there is none': () => undefined,
    'with alg none': (text) => new UnsecuredJWT(claimsFor(text)).encode(),
    'with alg None, as some verifiers let it pass': (text) =>
      `${encode({ alg: 'None', kid: 'test' })}.${encode(claimsFor(text))}.`,
    'with its signature cut off': async (text) =>
      `${(await park.functionToken(text)).split('.').slice(0, 2).join('.')}.`,
    'signed HS256 with the public key as the secret': async (text) =>
      hmac(text, { alg: 'HS256', kid: 'test' }, await publicPem()),
    'signed HS256 with the public x as the secret': async (text) =>
      hmac(text, { alg: 'HS256', kid: 'test' }, (await exportJWK(park.functionKey)).x!),
    'that brings its own key along': async (text) => {
      const own = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
      return new SignJWT(claimsFor(text))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test', jwk: await exportJWK(own.publicKey) })
        .sign(own.privateKey)
    },
    'that names where to fetch its key': async (text) => {
      const own = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
      return new SignJWT(claimsFor(text))
        .setProtectedHeader({ alg: 'EdDSA', kid: 'test', jku: 'https://evil.example/keys' })
        .sign(own.privateKey)
    },
    'for another audience': (text) => park.functionToken(text, { aud: 'turnpike-functions' }),
    'from another issuer': (text) => park.functionToken(text, { iss: 'turnpike-api' }),
    'without an end': (text) => park.functionToken(text, { exp: undefined as never }),
    'whose end is far away': (text) => park.functionToken(text, { exp: seconds() + 86_400 }),
    'that has ended': (text) => park.functionToken(text, { iat: seconds() - 120, exp: seconds() - 60 }),
    'issued in the future': (text) => park.functionToken(text, { iat: seconds() + 30, exp: seconds() + 60 }),
    'without the time of its issue': (text) => park.functionToken(text, { iat: undefined as never }),
    'without an id': (text) => park.functionToken(text, { jti: undefined as never }),
    'with an id so short that it comes again': (text) => park.functionToken(text, { jti: 'a' }),
    'made for another body': () => park.functionToken('{}'),
    'without the hash of its body': (text) => park.functionToken(text, { body_sha256: undefined }),
    'by a key of an unknown id': (text) =>
      new SignJWT(claimsFor(text)).setProtectedHeader({ alg: 'EdDSA', kid: 'nobody' }).sign(park.functionKey),
    'by a stranger under a known id': async (text) =>
      park.functionToken(text, {}, (await generateKeyPair('EdDSA', { crv: 'Ed25519' })).privateKey),
    'by an RSA key': async (text) => {
      const own = await generateKeyPair('RS256')
      return new SignJWT(claimsFor(text)).setProtectedHeader({ alg: 'RS256', kid: 'test' }).sign(own.privateKey)
    },
  }
  test.each(Object.entries(attacks))('%s', async (_how, made) => {
    const text = body()
    const answer = await send(await made(text), text)
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([401, expect.stringContaining('problem+json')])
    expect(await park.count('payment_events where event_id = $1', [JSON.parse(text).eventId])).toBe(0)
  })
})

test('a token that is replayed is refused, with its own body, with another, and fifty times at once', async () => {
  const text = body()
  const token = await park.functionToken(text)
  const answers = await Promise.all(Array.from({ length: 50 }, () => send(token, text)))
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, ...Array(49).fill(401)])
  expect((await send(token, body())).statusCode).toBe(401)
  expect(await park.count('payment_events where event_id = $1', [JSON.parse(text).eventId])).toBe(1)
})

test('a token whose event was not stored may be tried again: its id is used with the event, or not at all', async () => {
  const text = '{"provider":"stripe"}'
  const token = await park.functionToken(text)
  expect((await send(token, text)).statusCode).toBe(400)
  expect(
    await park.count('used_tokens where jti = $1', [
      JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).jti,
    ]),
  ).toBe(0)
})

describe('a token of Google’s for the function, as Cloud Run takes it,', () => {
  /** Right in all that Google says, for this core and from the service account of the function. */
  const identity = async () => {
    const google = await generateKeyPair('RS256')
    return new SignJWT({
      iss: 'https://accounts.google.com',
      aud: 'turnpike-api',
      email: 'functions@parking.iam.gserviceaccount.com',
      email_verified: true,
      sub: '1',
      iat: seconds(),
      exp: seconds() + 3600,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'google' })
      .sign(google.privateKey)
  }
  const sendWith = (headers: Record<string, string>, text: string) =>
    park.app.inject({
      method: 'POST',
      url: '/internal/payment-events',
      headers: { 'content-type': 'application/json', ...headers },
      payload: text,
    })

  test('is no token for the core, in whichever header, and nothing is stored', async () => {
    const text = body()
    const google = `Bearer ${await identity()}`
    for (const headers of [
      { authorization: google },
      { 'x-serverless-authorization': google },
      { authorization: google, 'x-serverless-authorization': `Bearer ${await park.functionToken(text)}` },
    ])
      expect((await sendWith(headers, text)).statusCode).toBe(401)
    expect(await park.count('payment_events where event_id = $1', [JSON.parse(text).eventId])).toBe(0)
  })

  test('beside the token of the function changes nothing about it', async () => {
    const text = body()
    const headers = {
      authorization: `Bearer ${await park.functionToken(text)}`,
      'x-serverless-authorization': `Bearer ${await identity()}`,
    }
    expect((await sendWith(headers, text)).statusCode).toBe(200)
  })
})

describe('where Google must vouch for the function as well, an event is taken', () => {
  const audience = 'https://api.parking.example'
  const email = 'functions@parking.iam.gserviceaccount.com'
  const google = generateKeyPair('RS256', { extractable: true })
  let reachable = true
  let guarded: CarPark
  beforeAll(async () => {
    const { publicKey } = await google
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'google', alg: 'RS256' }] })
    guarded = await openCarPark({
      functionIdentity: {
        audience,
        emails: [email],
        keys: (header, token) => (reachable ? keys(header, token) : Promise.reject(new TypeError('fetch failed'))),
      },
    })
  })
  afterAll(() => guarded.close())

  const said = () => ({
    iss: 'https://accounts.google.com',
    aud: audience,
    email,
    email_verified: true,
    sub: '1',
    iat: seconds(),
    exp: seconds() + 3600,
  })
  const vouch = async (claims: JWTPayload = {}, key?: CryptoKey) =>
    new SignJWT({ ...said(), ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'google' })
      .sign(key ?? (await google).privateKey)
  const deliver = async (identity: string | undefined, text: string, own?: string) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${own ?? (await guarded.functionToken(text))}`,
      ...(identity !== undefined && { 'x-serverless-authorization': `Bearer ${identity}` }),
    }
    const { statusCode } = await guarded.app.inject({
      method: 'POST',
      url: '/internal/payment-events',
      headers,
      payload: text,
    })
    return [statusCode, await guarded.count('payment_events where event_id = $1', [JSON.parse(text).eventId])]
  }

  test('with its word and the token of the function', async () => {
    expect(await deliver(await vouch(), body())).toEqual([200, 1])
  })

  const attacks: Record<string, () => Promise<string | undefined> | string | undefined> = {
    'without its word': () => undefined,
    'with a word for another core': () => vouch({ aud: 'https://elsewhere.example' }),
    'with the word of somebody else than Google': () => vouch({ iss: 'https://accounts.evil.example' }),
    'with its word for another account': () => vouch({ email: 'stranger@parking.iam.gserviceaccount.com' }),
    'with its word for an account that it has not verified': () => vouch({ email_verified: false }),
    'with a word that has ended': () => vouch({ iat: seconds() - 7200, exp: seconds() - 3600 }),
    'with a word that never ends': () => vouch({ exp: undefined as never }),
    'with a word signed by a stranger': async () => vouch({}, (await generateKeyPair('RS256')).privateKey),
    'with an unsigned word': () => new UnsecuredJWT(said()).encode(),
    'with a word signed HS256 with the public key as the secret': async () => {
      const unsigned = `${encode({ alg: 'HS256', kid: 'google' })}.${encode(said())}`
      const secret = await exportSPKI((await google).publicKey)
      return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`
    },
  }
  test.each(Object.entries(attacks))('not %s', async (_how, made) => {
    expect(await deliver(await made(), body())).toEqual([401, 0])
  })

  test('not with its word alone', async () => {
    const identity = await vouch()
    expect(await deliver(identity, body(), identity)).toEqual([401, 0])
  })

  test('later, where its keys cannot be fetched: the token of the function is not used up', async () => {
    const text = body()
    const [own, identity] = [await guarded.functionToken(text), await vouch()]
    reachable = false
    expect(await deliver(identity, text, own)).toEqual([503, 0])
    reachable = true
    expect(await deliver(identity, text, own)).toEqual([200, 1])
  })
})

describe('keys rotate', () => {
  const make = async (kid: string, alg: 'EdDSA' | 'ES256' = 'EdDSA') => {
    const pair = await generateKeyPair(alg, { extractable: true })
    return { kid, alg, ...pair, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg } }
  }
  const sign = (key: Awaited<ReturnType<typeof make>>, text: string) =>
    new SignJWT(claimsFor(text)).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey)

  test('two live keys are both taken; one that is retired is refused, also under the name of a live one', async () => {
    const [old, young] = [await make('2026-02'), await make('2026-03')]
    const text = body()
    const both = internalTokenVerifier({ keys: [old.jwk, young.jwk] })
    for (const key of [old, young])
      await expect(both(await sign(key, text), Buffer.from(text), park.clock.now)).resolves.toMatchObject({
        jti: expect.any(String),
      })
    const after = internalTokenVerifier({ keys: [young.jwk] })
    await expect(after(await sign(old, text), Buffer.from(text), park.clock.now)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    const disguised = { ...old, kid: young.kid }
    await expect(after(await sign(disguised, text), Buffer.from(text), park.clock.now)).rejects.toMatchObject({
      code: 'unauthenticated',
    })
    await expect(after(await sign(young, text), Buffer.from(text), park.clock.now)).resolves.toBeDefined()
  })

  test('from one algorithm to the other, too: ES256 is taken beside EdDSA, and neither under the name of the other', async () => {
    const [old, young] = [await make('2026-02'), await make('2026-03', 'ES256')]
    const text = body()
    const both = internalTokenVerifier({ keys: [old.jwk, young.jwk] })
    const verified = async (key: typeof old) => both(await sign(key, text), Buffer.from(text), park.clock.now)
    for (const key of [old, young]) await expect(verified(key)).resolves.toMatchObject({ jti: expect.any(String) })
    await expect(verified({ ...old, kid: young.kid })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(verified({ ...young, kid: old.kid })).rejects.toMatchObject({ code: 'unauthenticated' })
  })
})
