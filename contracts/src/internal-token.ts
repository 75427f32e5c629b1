import { z } from 'zod'
import { line } from './values.ts'

/** The token that Cloud Functions show to the core: short-lived, single-use, bound to one body. */
export const internalToken = {
  issuer: 'turnpike-functions',
  audience: 'turnpike-api',
  algorithms: ['EdDSA', 'ES256'],
  maxLifetimeSeconds: 60,
} as const

/** Claims beside the registered ones. `body_sha256` is hex over the exact bytes of the request body. */
export const internalClaims = z.object({
  jti: line(128).min(16),
  iat: z.int(),
  exp: z.int(),
  body_sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type InternalClaims = z.infer<typeof internalClaims>
