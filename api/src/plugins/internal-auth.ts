import { createHash, timingSafeEqual } from 'node:crypto'
import { internalClaims, internalToken } from '@turnpike/contracts/internal-token.ts'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { Refusal } from '../errors.ts'

/** Leeway for clocks that differ between the function and the core. */
const clockToleranceSeconds = 5

export type VerifiedToken = { jti: string; expiresAt: Date }
export type VerifyInternalToken = (token: string | undefined, rawBody: Buffer, now: Date) => Promise<VerifiedToken>

/**
 * Checks the token of a Cloud Function: signature by a live key, issuer, audience, age, and that it was made for exactly this
 * body. Whether it was used before is settled in the transaction that uses it.
 */
export function internalTokenVerifier(keys: JSONWebKeySet): VerifyInternalToken {
  const keySet = createLocalJWKSet(keys)
  return async (token, rawBody, now) => {
    if (token === undefined) throw refused('Send the function’s token as a Bearer token.')
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer: internalToken.issuer,
        audience: internalToken.audience,
        algorithms: [...internalToken.algorithms],
        requiredClaims: ['jti', 'iat', 'exp', 'body_sha256'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      })
      const { jti, iat, exp, body_sha256 } = internalClaims.parse(payload)
      if (exp - iat > internalToken.maxLifetimeSeconds) throw new Error('the token lives too long')
      if (iat > now.getTime() / 1000 + clockToleranceSeconds) throw new Error('the token was issued in the future')
      const hash = createHash('sha256').update(rawBody).digest()
      if (!timingSafeEqual(hash, Buffer.from(body_sha256, 'hex')))
        throw new Error('the token was made for another body')
      return { jti, expiresAt: new Date(exp * 1000) }
    } catch (cause) {
      throw refused('The token was refused.', cause)
    }
  }
}

function refused(detail: string, cause?: unknown): Refusal {
  return new Refusal('unauthenticated', detail, { cause })
}
