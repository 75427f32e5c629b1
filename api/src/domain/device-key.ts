import { createHash, timingSafeEqual } from 'node:crypto'
import { type DigestHashes, digestHash, digestRealm, digestUser } from './digest-access.ts'

/** SHA-256 in hex. Device keys are 256 random bits, so a slow hash would add nothing. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** What is stored of a camera's live keys, one or two: the only time that their text is needed. */
export function storedKeys(keys: string[]): { keyHashes: string[]; digestHashes: Record<string, DigestHashes> } {
  const digest = (key: string): DigestHashes => ({
    md5: digestHash('md5', digestUser, digestRealm, key),
    sha256: digestHash('sha256', digestUser, digestRealm, key),
  })
  return {
    keyHashes: keys.map(hashKey),
    digestHashes: Object.fromEntries(keys.map((key) => [hashKey(key), digest(key)])),
  }
}

/** Whether `key` is one of the keys behind `hashes`, in a time that does not tell how close it was. */
export function isOneOf(hashes: string[], key: string): boolean {
  const hash = Buffer.from(hashKey(key))
  return hashes.some((known) => known.length === hash.length && timingSafeEqual(Buffer.from(known), hash))
}

/** The live keys with one more; undefined where two are live already. */
export function withKey(hashes: string[], key: string): string[] | undefined {
  return hashes.length >= 2 ? undefined : [...hashes, hashKey(key)]
}

/** The live keys without the one of this number, counted from 1; undefined where there is none such, or no other. */
export function withoutKey(hashes: string[], number: number): string[] | undefined {
  return hashes.length < 2 || hashes[number - 1] === undefined ? undefined : hashes.filter((_, i) => i !== number - 1)
}
