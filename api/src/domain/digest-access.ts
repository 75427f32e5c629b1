import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/*
 * HTTP Digest (RFC 7616) with `qop=auth`, for firmware that has nothing else. The server must know H(user:realm:key) of every
 * key; a key is 256 random bits, so neither hash can be guessed back, MD5 included.
 */

export const digestRealm = 'turnpike'
/** The one user name, because the stored hashes contain it. Which camera it is, the address says. */
export const digestUser = 'turnpike'

export type DigestAlgorithm = 'md5' | 'sha256'
export type DigestHashes = Record<DigestAlgorithm, string>

/** What a client sends as `Authorization: Digest`. */
export type DigestResponse = {
  username: string
  realm: string
  nonce: string
  uri: string
  nc: string
  cnonce: string
  response: string
}

/** H(user:realm:password), HA1 of the standard, in hex. */
export function digestHash(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, `${username}:${realm}:${password}`)
}

/** What `response` must be for a request of this method, in hex. */
export function expectedResponse(
  algorithm: DigestAlgorithm,
  ha1: string,
  method: string,
  sent: DigestResponse,
): string {
  const ha2 = hash(algorithm, `${method}:${sent.uri}`)
  return hash(algorithm, [ha1, sent.nonce, sent.nc, sent.cnonce, 'auth', ha2].join(':'))
}

/** Whether this was answered with the key behind `hashes`. The algorithm is seen from the answer's length: not every client says it. */
export function provesKey(hashes: DigestHashes, method: string, sent: DigestResponse): boolean {
  if (sent.username !== digestUser || sent.realm !== digestRealm) return false
  const algorithm = sent.response.length === 64 ? 'sha256' : 'md5'
  return isEqual(sent.response.toLowerCase(), expectedResponse(algorithm, hashes[algorithm], method, sent))
}

/**
 * The challenges of a 401, one header line each. MD5 comes first because firmware tends to know only that and to stop at the first;
 * Digest before Basic so that whoever can does not send the key.
 */
export function challenges(nonce: string, stale: boolean): string[] {
  const digest = (algorithm: string) =>
    `Digest realm="${digestRealm}", qop="auth", algorithm=${algorithm}, nonce="${nonce}"${stale ? ', stale=true' : ''}`
  return [digest('MD5'), digest('SHA-256'), `Basic realm="${digestRealm}", charset="UTF-8"`, 'Bearer']
}

/** A nonce that every process can check that knows `secret`: when it was made, chance, and a seal over both. */
export function makeNonce(secret: string, now: Date, chance: Buffer): string {
  const head = `${now.getTime().toString(36)}.${chance.toString('base64url')}`
  return `${head}.${seal(secret, head)}`
}

/** When a nonce was made; undefined when it was not made with `secret`. */
export function nonceMadeAt(secret: string, nonce: string): Date | undefined {
  const end = nonce.lastIndexOf('.')
  const head = nonce.slice(0, end)
  return end > 0 && isEqual(nonce.slice(end + 1), seal(secret, head)) ? new Date(Number.parseInt(head, 36)) : undefined
}

function seal(secret: string, head: string): string {
  return createHmac('sha256', secret).update(head).digest('base64url').slice(0, 22)
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(algorithm).update(text).digest('hex')
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
