import type { ServerResponse } from 'node:http'
import type { PaymentEventResult } from '@turnpike/contracts/payment-event.ts'
import type { Problem } from '@turnpike/contracts/problem.ts'
import { webhookAnswer } from '@turnpike/providers/webhook-answer.ts'

/** What the provider's dashboard shows for a delivery that we took. */
export type Receipt = { eventId: string; eventType: string; result: PaymentEventResult }

const unexpected = {
  status: 500,
  code: 'internal',
  title: 'Unexpected error',
  detail: 'Something went wrong on our side. Send it again later.',
  loud: true,
} as const

/** The only 2xx: an event that the core has stored. */
export function answerReceipt(response: ServerResponse, receipt: Receipt): void {
  send(response, 200, 'application/json', receipt)
}

/** Answers problem+json (RFC 9457) and returns how loud the log should be. Nothing of an unexpected error leaves. */
export function answerProblem(response: ServerResponse, error: unknown, requestId: string): 'WARNING' | 'ERROR' {
  const { status, code, title, detail, loud } = webhookAnswer(error) ?? unexpected
  const problem: Problem = { type: `urn:turnpike:problem:${code}`, title, status, code, detail, requestId }
  if (status === 405) response.setHeader('allow', 'POST')
  send(response, status, 'application/problem+json', problem)
  return loud ? 'ERROR' : 'WARNING'
}

function send(response: ServerResponse, status: number, contentType: string, body: Receipt | Problem): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(JSON.stringify(body))
}
