import type { ServerResponse } from 'node:http'
import type { PaymentEventResult } from '@turnpike/contracts/payment-event.ts'
import type { Problem, ProblemCode } from '@turnpike/contracts/problem.ts'

/** What the provider's dashboard shows for a delivery that we took. */
export type Receipt = { eventId: string; eventType: string; result: PaymentEventResult }

type Row = { status: number; code: ProblemCode; title: string; detail?: string; severity: 'WARNING' | 'ERROR' }

/**
 * What a provider is answered, by the name of what went wrong. A provider repeats whatever is not 2xx, for days; the numbers are
 * for our own eyes. A row without a detail shows the error's own message: it was written for the sender.
 */
const table: Record<string, Row> = {
  SignatureInvalid: { status: 400, code: 'unauthenticated', title: 'Signature not valid', severity: 'WARNING' },
  BodyNotAnEvent: { status: 400, code: 'invalid_request', title: 'Not an event', severity: 'WARNING' },
  MethodNotAllowed: { status: 405, code: 'invalid_request', title: 'Method not allowed', severity: 'WARNING' },
  CertificateNotTrusted: { status: 400, code: 'unauthenticated', title: 'Certificate not trusted', severity: 'ERROR' },
  ProviderUnavailable: {
    status: 503,
    code: 'unavailable',
    title: 'Signature cannot be checked now',
    detail: 'The certificate could not be fetched. Send the event again later.',
    severity: 'ERROR',
  },
  NotConfigured: {
    status: 503,
    code: 'unavailable',
    title: 'Not configured',
    detail: 'This endpoint lacks a secret or a setting; its log says which.',
    severity: 'ERROR',
  },
  CoreUnavailable: {
    status: 503,
    code: 'unavailable',
    title: 'Core unavailable',
    detail: 'The event could not be stored now. Send it again later.',
    severity: 'ERROR',
  },
  CoreRefused: {
    status: 503,
    code: 'unavailable',
    title: 'Core refused the event',
    detail: 'The event could not be stored; the log says why. Send it again later.',
    severity: 'ERROR',
  },
}

const unexpected: Row = {
  status: 500,
  code: 'internal',
  title: 'Unexpected error',
  detail: 'Something went wrong on our side. Send it again later.',
  severity: 'ERROR',
}

/** The only 2xx: an event that the core has stored. */
export function answerReceipt(response: ServerResponse, receipt: Receipt): void {
  send(response, 200, 'application/json', receipt)
}

/** Answers problem+json (RFC 9457) and returns how loud the log should be. Nothing of an unexpected error leaves. */
export function answerProblem(response: ServerResponse, error: unknown, requestId: string): Row['severity'] {
  const row = (error instanceof Error && table[error.name]) || unexpected
  const { status, code, title, severity } = row
  const detail = row.detail ?? (error as Error).message
  const problem: Problem = { type: `urn:turnpike:problem:${code}`, title, status, code, detail, requestId }
  if (status === 405) response.setHeader('allow', 'POST')
  send(response, status, 'application/problem+json', problem)
  return severity
}

function send(response: ServerResponse, status: number, contentType: string, body: Receipt | Problem): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(JSON.stringify(body))
}
