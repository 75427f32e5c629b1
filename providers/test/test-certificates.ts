import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/*
 * Certificates for tests, good and bad. Node reads certificates but writes none: the few fields that count are put together here
 * (X.509 v3, RFC 5280).
 */

export type Party = { pem: string; name: string[]; privateKey: KeyObject }
type Wanted = {
  name?: string[]
  issuer?: Party
  isAuthority?: boolean
  from?: Date
  to?: Date
  hash?: 'sha256' | 'sha1'
  bits?: number
}

/** `name` holds the common names. Without an issuer it is signed by itself. */
export function certificate({
  name = ['messageverificationcerts.paypal.com'],
  issuer,
  isAuthority = false,
  from = new Date('2024-01-01T00:00:00Z'),
  to = new Date('2030-01-01T00:00:00Z'),
  hash = 'sha256',
  bits = 2048,
}: Wanted = {}): Party {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  const algorithm = sequence(oid(hash === 'sha256' ? '2a864886f70d01010b' : '2a864886f70d010105'), tagged(0x05))
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguished(issuer?.name ?? name),
    sequence(time(from), time(to)),
    distinguished(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(constraints(isAuthority))),
  )
  const signature = sign(hash, body, issuer?.privateKey ?? privateKey)
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').match(/.{1,64}/g)!
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { pem, name, privateKey }
}

/* DER: a tag, a length, the content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content])
}
const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts)
const integer = (value: Buffer) => tagged(0x02, value)
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const distinguished = (names: string[]) =>
  sequence(...names.map((name) => tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name))))))
const constraints = (isAuthority: boolean) =>
  sequence(oid('551d13'), tagged(0x04, sequence(...(isAuthority ? [tagged(0x01, Buffer.from([0xff]))] : []))))
const time = (at: Date) => tagged(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))
