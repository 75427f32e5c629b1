import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A root of our own, and a certificate under it in the name of PayPal's signer. All PEM; `root` is what a verifier is told to trust. */
export type TestChain = { id: string; root: string; certificate: string; privateKey: string }

/** Whose name PayPal's signatures carry in its sandbox. */
const signer = 'messageverificationcerts.sandbox.paypal.com'

/**
 * Makes a chain that is valid for ten years from a day before `now` on. Node reads certificates but writes none: the few fields that a
 * verifier looks at are put together here (X.509 v3, RFC 5280).
 */
export function newTestChain(now: Date, commonName = signer): TestChain {
  const root = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const leaf = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const validity = { from: new Date(now.getTime() - 86_400_000), to: new Date(now.getTime() + 3650 * 86_400_000) }
  const issuer = 'Turnpike local test root'
  const authority = [extension('551d13', sequence(boolean(true))), extension('551d0f', bits(0x06, 1))]
  const signing = [
    extension('551d13', sequence()),
    extension('551d0f', bits(0xa0, 5)),
    extension('551d11', sequence(tagged(0x82, Buffer.from(commonName)))),
  ]
  return {
    id: randomBytes(12).toString('hex'),
    root: certificate(issuer, issuer, root.publicKey, root.privateKey, validity, authority),
    certificate: certificate(commonName, issuer, leaf.publicKey, root.privateKey, validity, signing),
    privateKey: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function certificate(
  subject: string,
  issuer: string,
  key: KeyObject,
  signingKey: KeyObject,
  validity: { from: Date; to: Date },
  extensions: Buffer[],
): string {
  const algorithm = sequence(oid('2a864886f70d01010b'), tagged(0x05, Buffer.alloc(0))) // sha256WithRSAEncryption
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    name(issuer),
    sequence(time(validity.from), time(validity.to)),
    name(subject),
    key.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, signingKey)])
  const der = sequence(toBeSigned, algorithm, tagged(0x03, signature))
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/* DER: a tag, a length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content])
}
const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts))
const integer = (value: Buffer) => tagged(0x02, value)
const boolean = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]))
const oid = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const bits = (byte: number, unused: number) => tagged(0x03, Buffer.from([unused, byte]))
const name = (commonName: string) =>
  sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(commonName)))))

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), boolean(true), tagged(0x04, value))
}

/** UTCTime, as RFC 5280 wants until 2049. */
function time(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return tagged(0x17, Buffer.from(`${text}Z`))
}
