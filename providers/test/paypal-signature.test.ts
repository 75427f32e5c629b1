import { sign, X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BodyNotAnEvent, CertificateNotTrusted, ProviderUnavailable, SignatureInvalid } from '../src/errors.ts'
import { keepCertificates } from '../src/paypal/certificates.ts'
import { paypalWebhook } from '../src/paypal/paypal.ts'
import { trustOf } from '../src/paypal/trust.ts'
import { verify } from '../src/paypal/verify.ts'
import { httpServer, type Reply } from './http-server.ts'
import { certificate, type Party } from './test-certificates.ts'

const webhookId = '1JE4291016473214C'
const now = new Date('2026-11-03T10:01:02Z')
const sentAt = '2026-11-03T10:01:00Z'
const path = '/v1/notifications/certs/CERT-1'
const body = '{"id":"WH-1","event_type":"A.B","note":"Zoë \\/ \\u00fc 🚗","n":1.0,"o":{},"a":[]}'

const root = certificate({ name: ['Root of these tests'], isAuthority: true })
const between = certificate({ name: ['Between'], issuer: root, isAuthority: true })
const leaf = certificate({ issuer: between })
const good = leaf.pem + between.pem

type Sent = {
  body?: string
  signedBody?: string
  by?: Party
  webhookId?: string
  time?: string
  id?: string
  hash?: string
}

function headersOf(certUrl: string, sent: Sent = {}) {
  const { id = 'b5eb01d0-4e5c-11ef-8572-997c8c58ed96', time = sentAt, by = leaf, hash = 'RSA-SHA256' } = sent
  const bytes = Buffer.from(sent.signedBody ?? sent.body ?? body)
  const message = `${id}|${time}|${sent.webhookId ?? webhookId}|${crc32(bytes)}`
  return {
    'paypal-transmission-id': id,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': sign(hash, Buffer.from(message), by.privateKey).toString('base64'),
    'paypal-auth-algo': 'SHA256withRSA',
    'paypal-auth-version': 'v2',
    'paypal-cert-url': certUrl,
  } as Record<string, string | string[] | undefined>
}

/** A webhook that trusts our root, from the address of a server that gives this file. */
async function webhookWith(file: Reply | (() => Reply | 'hang') = { status: 200, body: good }) {
  const server = await httpServer(() => (typeof file === 'function' ? file() : file))
  const test = { origin: server.url, rootPem: root.pem }
  const webhook = paypalWebhook({ environment: 'sandbox', webhookId, test })
  const certUrl = `${server.url}${path}`
  return {
    ...server,
    webhook,
    certUrl,
    verify: (headers: ReturnType<typeof headersOf>, sent = body, at = now) =>
      webhook.verify(Buffer.from(sent), headers, at),
  }
}

test('accepts what the certificate signed, and reads it (failure 19: bodies with {}, unicode, escaped slashes, 1.0)', async () => {
  const { verify, certUrl } = await webhookWith()
  expect(await verify(headersOf(certUrl))).toEqual({ eventId: 'WH-1', eventType: 'A.B', body: JSON.parse(body) })
})

test('a certificate is fetched once and used until it expires, also by deliveries at the same moment', async () => {
  const { verify, certUrl, received } = await webhookWith()
  await Promise.all(Array.from({ length: 10 }, () => verify(headersOf(certUrl))))
  expect(received.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([`GET ${path}`])
  const later = new Date('2031-01-01T00:00:00Z')
  await expect(verify(headersOf(certUrl, { time: '2031-01-01T00:00:00Z' }), body, later)).rejects.toThrow(
    CertificateNotTrusted,
  )
  expect(received).toHaveLength(2)
})

test('a certificate that could not be had is asked for again by the next delivery', async () => {
  const answers: Reply[] = [{ status: 503 }, { status: 200, body: good }]
  const { verify, certUrl } = await webhookWith(() => answers.shift()!)
  await expect(verify(headersOf(certUrl))).rejects.toThrow(ProviderUnavailable)
  expect((await verify(headersOf(certUrl))).eventId).toBe('WH-1')
})

describe('refuses without asking anybody', () => {
  const hostile: [string, (own: string) => string][] = [
    ['another host', () => `https://evil.example${path}`],
    ['a host that begins like it', () => `https://api.paypal.com.evil.example${path}`],
    ['a host that ends like it', () => `https://evilapi.paypal.com${path}`],
    ['a subdomain', () => `https://x.api.paypal.com${path}`],
    ['the host as user', () => `https://api.paypal.com@evil.example${path}`],
    ['a user before the host', () => `https://user@api.paypal.com${path}`],
    ['plain http', () => `http://api.paypal.com${path}`],
    ['a port', () => `https://api.paypal.com:8443${path}`],
    ['the default port', () => `https://api.paypal.com:443${path}`],
    ['upper case', () => `https://API.PAYPAL.COM${path}`],
    ['a dot after the host', () => `https://api.paypal.com.${path}`],
    ['another path', () => 'https://api.paypal.com/v1/oauth2/CERT-1'],
    ['a way up', () => 'https://api.paypal.com/v1/notifications/certs/../../../evil'],
    ['an encoded way up', () => 'https://api.paypal.com/v1/notifications/certs/%2e%2e%2fevil'],
    ['a folder below', (own) => `${own}/more`],
    ['a query', (own) => `${own}?to=https://evil.example`],
    ['a fragment', (own) => `${own}#evil`],
    ['a backslash', () => `https://api.paypal.com\\@evil.example${path}`],
    ['a line end', (own) => `${own}\n`],
    ['blanks around it', (own) => ` ${own}`],
    ['a file on this machine', () => 'file:///etc/passwd'],
    ['the metadata service', () => 'http://169.254.169.254/v1/notifications/certs/CERT-1'],
    ['nothing', () => ''],
  ]
  test.each(hostile)('a certificate at an address with %s (failure 20: cert_url not checked)', async (_, urlOf) => {
    const { verify, certUrl, received } = await webhookWith()
    await expect(verify(headersOf(urlOf(certUrl)))).rejects.toThrow(SignatureInvalid)
    expect(received).toHaveLength(0)
  })

  test.each<[string, (headers: ReturnType<typeof headersOf>) => Record<string, unknown>]>([
    ['no signature', () => ({ 'paypal-transmission-sig': undefined })],
    ['an empty signature', () => ({ 'paypal-transmission-sig': '' })],
    ['a signature that is no base64', () => ({ 'paypal-transmission-sig': '<script>' })],
    ['no id', () => ({ 'paypal-transmission-id': undefined })],
    ['an id with our separator', () => ({ 'paypal-transmission-id': 'a|b' })],
    ['no time', () => ({ 'paypal-transmission-time': undefined })],
    ['a time that is none', () => ({ 'paypal-transmission-time': '2026-13-45T99:99:99Z' })],
    ['a time with another offset', () => ({ 'paypal-transmission-time': '2026-11-03T11:01:00+01:00' })],
    ['the algorithm none (failure 20: algorithm from the header)', () => ({ 'paypal-auth-algo': 'none' })],
    ['SHA-1 (failure 20)', () => ({ 'paypal-auth-algo': 'SHA1withRSA' })],
    ['an HMAC (failure 20)', () => ({ 'paypal-auth-algo': 'HmacSHA256' })],
    ['no algorithm', () => ({ 'paypal-auth-algo': undefined })],
    ['a repeated header', (headers) => ({ 'paypal-cert-url': [headers['paypal-cert-url'], 'https://evil.example'] })],
    ['an endless address', () => ({ 'paypal-cert-url': `https://api.paypal.com${path}${'A'.repeat(5000)}` })],
  ])('a transmission with %s', async (_, changes) => {
    const { verify, certUrl, received } = await webhookWith()
    const headers = headersOf(certUrl)
    await expect(verify({ ...headers, ...changes(headers) } as typeof headers)).rejects.toThrow(SignatureInvalid)
    expect(received).toHaveLength(0)
  })

  test.each([
    ['older than 4 days', '2026-10-30T10:01:01Z'],
    ['from the future', '2026-11-03T10:06:03Z'],
  ])('a transmission %s', async (_, time) => {
    const { verify, certUrl, received } = await webhookWith()
    await expect(verify(headersOf(certUrl, { time }))).rejects.toThrow(SignatureInvalid)
    expect(received).toHaveLength(0)
  })
})

test('a redelivery of three days ago is accepted: PayPal tries that long', async () => {
  const { verify, certUrl } = await webhookWith()
  expect((await verify(headersOf(certUrl, { time: '2026-10-31T10:01:00Z' }))).eventId).toBe('WH-1')
})

describe('refuses a signature', () => {
  test.each<[string, Sent, string]>([
    ['over another body', {}, body.replace('WH-1', 'WH-2')],
    ['over a body that was parsed and written again (failure 19)', {}, JSON.stringify(JSON.parse(body))],
    ['over a body with one blank more', {}, `${body} `],
    ['for another webhook', { webhookId: '8PT597110X687430L' }, body],
    ['for the simulator', { webhookId: 'WEBHOOK_ID' }, body],
    ['by another key', { by: certificate({ issuer: between }) }, body],
    ['with SHA-1, whatever the header says', { hash: 'RSA-SHA1' }, body],
  ])('%s', async (_, sent, arrived) => {
    const { verify, certUrl } = await webhookWith()
    await expect(verify(headersOf(certUrl, sent), arrived)).rejects.toThrow(SignatureInvalid)
  })

  test.each([
    ['id', { 'paypal-transmission-id': 'b5eb01d0-4e5c-11ef-8572-997c8c58ed97' }],
    ['time', { 'paypal-transmission-time': '2026-11-03T10:01:01Z' }],
  ])('whose %s was changed', async (_, changes) => {
    const { verify, certUrl } = await webhookWith()
    await expect(verify({ ...headersOf(certUrl), ...changes })).rejects.toThrow(SignatureInvalid)
  })
})

describe('refuses a certificate', () => {
  const other = certificate({ name: ['Somebody else'], isAuthority: true })
  const twin = certificate({ name: ['Root of these tests'], isAuthority: true })
  const servant = certificate({ issuer: root, name: ['No authority'] })
  const oldBetween = certificate({
    name: ['Between'],
    issuer: root,
    isAuthority: true,
    to: new Date('2025-01-01T00:00:00Z'),
  })
  const parties: [string, Party, string][] = [
    ['signed by itself (failure 20: self-signed leaf)', certificate(), ''],
    ['of another root', certificate({ issuer: other }), other.pem],
    ['of a root with the name of ours', certificate({ issuer: twin }), twin.pem],
    ['of another name (failure 20: wrong CN)', certificate({ name: ['evil.example'], issuer: root }), ''],
    [
      'of a name that begins like it',
      certificate({ name: ['messageverificationcerts.paypal.com.evil.example'], issuer: root }),
      '',
    ],
    ['of two names', certificate({ name: ['evil.example', 'messageverificationcerts.paypal.com'], issuer: root }), ''],
    ['that was issued by one that may not', certificate({ issuer: servant }), servant.pem],
    ['that may issue others', certificate({ issuer: root, isAuthority: true }), ''],
    ['that had expired (failure 20: expired)', certificate({ issuer: root, to: new Date('2026-11-03T10:00:59Z') }), ''],
    ['that was not valid yet', certificate({ issuer: root, from: new Date('2026-11-03T10:01:01Z') }), ''],
    ['whose issuer had expired', certificate({ issuer: oldBetween }), oldBetween.pem],
    ['whose issuer is missing', certificate({ issuer: between }), ''],
    ['signed over SHA-1', certificate({ issuer: root, hash: 'sha1' }), ''],
    ['with a short key', certificate({ issuer: root, bits: 1024 }), ''],
  ]
  test.each(parties)('%s', async (_, by, others) => {
    const { verify, certUrl } = await webhookWith({ status: 200, body: by.pem + others })
    await expect(verify(headersOf(certUrl, { by }))).rejects.toThrow(CertificateNotTrusted)
  })

  test.each<[string, Reply]>([
    ['that is a page', { status: 200, body: '<html>Welcome</html>' }],
    ['that is empty', { status: 200, body: '' }],
    ['that only looks like one', { status: 200, body: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
    ['in a file of more than 16 KiB', { status: 200, body: good + '#'.repeat(16 * 1024) }],
  ])('%s', async (_, file) => {
    const { verify, certUrl } = await webhookWith(file)
    await expect(verify(headersOf(certUrl))).rejects.toThrow(CertificateNotTrusted)
  })

  test.each([301, 302, 307, 308])('behind a redirect (%i), which nobody follows', async (status) => {
    const target = await httpServer(() => ({ status: 200, body: good }))
    const { verify, certUrl } = await webhookWith({ status, headers: { location: `${target.url}${path}` } })
    await expect(verify(headersOf(certUrl))).rejects.toThrow(SignatureInvalid)
    expect(target.received).toHaveLength(0)
  })

  test('that does not exist', async () => {
    const { verify, certUrl } = await webhookWith({ status: 404, body: {} })
    await expect(verify(headersOf(certUrl))).rejects.toThrow(SignatureInvalid)
  })
})

describe('cannot say now (failure 22: "cannot verify now" is no forgery)', () => {
  test.each([429, 500, 503])('when the certificate is answered with %i', async (status) => {
    const { verify, certUrl } = await webhookWith({ status, body: {} })
    await expect(verify(headersOf(certUrl))).rejects.toThrow(ProviderUnavailable)
  })
  test('when nobody gives the certificate within 3 s', async () => {
    const { verify, certUrl } = await webhookWith(() => 'hang')
    const started = performance.now()
    await expect(verify(headersOf(certUrl))).rejects.toThrow(ProviderUnavailable)
    expect(performance.now() - started).toBeLessThan(5000)
  })
  test('when nobody listens there', async () => {
    const { verify, certUrl, stop } = await webhookWith()
    await stop()
    await expect(verify(headersOf(certUrl))).rejects.toThrow(ProviderUnavailable)
  })
})

describe('what is signed and no event is told from a forgery', () => {
  test.each(['', 'amount=1', '[]', '"WH-1"', 'null', '{}', '{"id":"WH-1"}', '{"id":7,"event_type":"A"}'])(
    '%s',
    async (sent) => {
      const { verify, certUrl } = await webhookWith()
      await expect(verify(headersOf(certUrl, { body: sent }), sent)).rejects.toThrow(BodyNotAnEvent)
    },
  )
})

describe('does not start', () => {
  test.each(['', ' ', 'WEBHOOK_ID', 'webhook', '1JE4291016473214C\n'])('with the webhook id %j', (id) => {
    expect(() => paypalWebhook({ environment: 'live', webhookId: id })).toThrow('id of your webhook')
  })
  test('with the root of a stand-in beside live money', () => {
    const test = { origin: 'http://127.0.0.1:7305', rootPem: root.pem }
    expect(() => paypalWebhook({ environment: 'live', webhookId, test })).toThrow('live money')
  })
  test('with a root of a stand-in that is none, or that has no address', () => {
    const open = (test: { origin: string; rootPem: string }) =>
      paypalWebhook({ environment: 'sandbox', webhookId, test })
    expect(() => open({ origin: 'http://127.0.0.1:7305', rootPem: 'none' })).toThrow('no certificate in PEM')
    expect(() => open({ origin: '', rootPem: root.pem })).toThrow('one address')
  })
})

test('the root of a stand-in is not trusted from the addresses of PayPal, nor those of the sandbox beside live money', async () => {
  const certificates = async () => [leaf, between].map(({ pem }) => new X509Certificate(pem))
  const test = { origin: 'http://127.0.0.1:7305', rootPem: root.pem }
  const sandbox = { webhookId, trusts: trustOf('sandbox', { test }), certificates }
  const live = { webhookId, trusts: trustOf('live'), certificates }
  const from = (host: string) => headersOf(`https://${host}${path}`)
  await expect(verify(Buffer.from(body), from('api.paypal.com'), sandbox, now)).rejects.toThrow(CertificateNotTrusted)
  await expect(verify(Buffer.from(body), from('api.sandbox.paypal.com'), live, now)).rejects.toThrow(SignatureInvalid)
})

const folder = join(import.meta.dirname, '../../../shared/fixtures/paypal/signed')
describe.runIf(existsSync(folder))('genuine transmissions of PayPal', () => {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.transmission.json')) : []
  const genuine = (name: string) => {
    const { headers, bodyFile, certFile } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    const certificates = async () => [new X509Certificate(readFileSync(join(folder, certFile)))]
    // The simulator's id, which no webhook of ours can have.
    const verifier = { webhookId: 'WEBHOOK_ID', trusts: trustOf('live'), certificates }
    return {
      headers,
      body: readFileSync(join(folder, bodyFile)),
      verifier,
      at: new Date(headers['paypal-transmission-time']),
    }
  }

  test('are eight', () => expect(names).toHaveLength(8))

  test.each(names)('%s verifies', async (name) => {
    const { headers, body, verifier, at } = genuine(name)
    const event = await verify(body, headers, verifier, at)
    expect(event.eventType).toBe(JSON.parse(body.toString()).event_type)
  })

  test.each(names)('%s does not with one bit of its body, or of its signature, turned', async (name) => {
    const { headers, body, verifier, at } = genuine(name)
    for (const position of [0, body.length >> 1, body.length - 1]) {
      const turned = Buffer.from(body)
      turned[position]! ^= 1
      await expect(verify(turned, headers, verifier, at)).rejects.toThrow(SignatureInvalid)
    }
    const signature = Buffer.from(headers['paypal-transmission-sig'], 'base64')
    signature[100]! ^= 1
    const changed = { ...headers, 'paypal-transmission-sig': signature.toString('base64') }
    await expect(verify(body, changed, verifier, at)).rejects.toThrow(SignatureInvalid)
  })

  test.each(names)('%s does not for a webhook of ours', async (name) => {
    const { headers, body, verifier, at } = genuine(name)
    await expect(verify(body, headers, { ...verifier, webhookId }, at)).rejects.toThrow(SignatureInvalid)
  })

  test('do not years later', async () => {
    const { headers, body, verifier } = genuine(names[0]!)
    await expect(verify(body, headers, verifier, now)).rejects.toThrow(SignatureInvalid)
  })

  test('do not by another root: the certificate between is known, not trusted', async () => {
    const { headers, body, verifier, at } = genuine(names[0]!)
    const trusts = verifier.trusts.map((trust) => ({ ...trust, roots: [new X509Certificate(root.pem)] }))
    await expect(verify(body, headers, { ...verifier, trusts }, at)).rejects.toThrow(CertificateNotTrusted)
  })
})

test('of many addresses only a few certificates are kept, so that nobody fills our memory', async () => {
  const server = await httpServer(() => ({ status: 200, body: good }))
  const certificates = keepCertificates()
  for (let count = 0; count < 9; count += 1) await certificates(`${server.url}${path}-${count}`, now)
  await certificates(`${server.url}${path}-8`, now)
  expect(server.received).toHaveLength(9)
  await certificates(`${server.url}${path}-0`, now)
  expect(server.received).toHaveLength(10)
})
