import { createHash, timingSafeEqual } from 'node:crypto'

/** SHA-256 in hex. Device keys are 256 random bits, so a slow hash would add nothing. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** Whether `key` is one of the keys behind `hashes`, in a time that does not tell how close it was. */
export function isOneOf(hashes: string[], key: string): boolean {
  const hash = Buffer.from(hashKey(key))
  return hashes.some((known) => known.length === hash.length && timingSafeEqual(Buffer.from(known), hash))
}
