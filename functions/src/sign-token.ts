import { createHash, randomUUID } from 'node:crypto'
import { type InternalClaims, internalToken } from '@turnpike/contracts/internal-token.ts'
import { SignJWT } from 'jose'
import type { Core } from './config.ts'

/** A token for one attempt to hand over exactly these bytes: a new `jti` each time, worthless with any other body. */
export function signToken(body: Buffer, { key, algorithm, keyId }: Core, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const claims: InternalClaims = {
    jti: randomUUID(),
    iat: issuedAt,
    exp: issuedAt + internalToken.maxLifetimeSeconds,
    body_sha256: createHash('sha256').update(body).digest('hex'),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, kid: keyId, typ: 'JWT' })
    .setIssuer(internalToken.issuer)
    .setAudience(internalToken.audience)
    .sign(key)
}
