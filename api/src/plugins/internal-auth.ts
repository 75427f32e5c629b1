import { createHash, timingSafeEqual } from 'node:crypto'
import { internalClaims, internalToken } from '@turnpike/contracts/internal-token.ts'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose'
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

/** Whom Google must vouch for. `keys` are Google's. */
export type FunctionIdentity = { audience: string; emails: string[]; keys: JWTVerifyGetKey }
export type VerifyIdentity = (token: string | undefined, now: Date) => Promise<void>

const googleIssuers = ['https://accounts.google.com', 'accounts.google.com']

/**
 * Checks who a function is by Google's word: signature, issuer, audience, age, and that it is one of these service accounts
 * (https://cloud.google.com/docs/authentication/token-types#id). That word holds for an hour, for any body and any number of times:
 * it comes on top of the function's own token, never in its place.
 */
export function identityVerifier({ audience, emails, keys }: FunctionIdentity): VerifyIdentity {
  return async (token, now) => {
    if (token === undefined)
      throw refused('Send Google’s identity token of the function as a Bearer token in X-Serverless-Authorization.')
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: googleIssuers,
        audience,
        algorithms: ['RS256'],
        requiredClaims: ['iat', 'exp', 'email'],
        clockTolerance: clockToleranceSeconds,
        currentDate: now,
      })
      if (payload.email_verified !== true || !emails.includes(payload.email as string))
        throw new errors.JWTClaimValidationFailed('the identity is somebody else’s', payload, 'email')
    } catch (cause) {
      if (isOfToken(cause)) throw refused('Google’s identity token was refused.', cause)
      throw new Refusal('unavailable', 'Google’s keys cannot be fetched now. Send the event again.', { cause })
    }
  }
}

/** And not of the way to the keys. */
function isOfToken(error: unknown): boolean {
  const ofKeys = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']
  return error instanceof errors.JOSEError && !ofKeys.includes(error.code)
}

function refused(detail: string, cause?: unknown): Refusal {
  return new Refusal('unauthenticated', detail, { cause })
}
