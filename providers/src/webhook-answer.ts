import type { ProblemCode } from '@turnpike/contracts/problem.ts'

/** `loud`: somebody here has to do something about it. A detail that is left out is the error's own message: it was written for the sender. */
export type WebhookAnswer = { status: number; code: ProblemCode; title: string; detail?: string; loud: boolean }

/**
 * What a provider is answered where its notification was not stored, by the name of what went wrong; it tells again whatever is not
 * 2xx, for days, and the numbers are for our own eyes. 400 is for what nobody who is somebody sent.
 */
const table: Readonly<Record<string, WebhookAnswer>> = {
  SignatureInvalid: { status: 400, code: 'unauthenticated', title: 'Signature not valid', loud: false },
  BodyNotAnEvent: { status: 400, code: 'invalid_request', title: 'Not an event', loud: false },
  MethodNotAllowed: { status: 405, code: 'invalid_request', title: 'Method not allowed', loud: false },
  CertificateNotTrusted: { status: 400, code: 'unauthenticated', title: 'Certificate not trusted', loud: true },
  ProviderUnavailable: {
    status: 503,
    code: 'unavailable',
    title: 'Signature cannot be checked now',
    detail: 'The certificate could not be fetched. Send the event again later.',
    loud: true,
  },
  NotConfigured: {
    status: 503,
    code: 'unavailable',
    title: 'Not configured',
    detail: 'This endpoint lacks a secret or a setting; its log says which.',
    loud: true,
  },
  CoreUnavailable: {
    status: 503,
    code: 'unavailable',
    title: 'Core unavailable',
    detail: 'The event could not be stored now. Send it again later.',
    loud: true,
  },
  CoreRefused: {
    status: 503,
    code: 'unavailable',
    title: 'Core refused the event',
    detail: 'The event could not be stored; the log says why. Send it again later.',
    loud: true,
  },
}

/** The row of the table for an error, with its detail; undefined for one that nobody expected. */
export function webhookAnswer(error: unknown): (WebhookAnswer & { detail: string }) | undefined {
  if (!(error instanceof Error) || !Object.hasOwn(table, error.name)) return undefined
  const row = table[error.name]!
  return { ...row, detail: row.detail ?? error.message }
}
