import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { VerifiedEvent } from '@turnpike/providers/provider.ts'
import { write } from 'firebase-functions/logger'
import type { Request } from 'firebase-functions/v2/https'
import { answerProblem, answerReceipt } from './answer.ts'
import type { Endpoint } from './config.ts'
import { MethodNotAllowed } from './errors.ts'
import { forward } from './forward.ts'

/**
 * One delivery of a provider: verify, normalise, hand to the core, answer. Never throws. The log gets ids, types and results,
 * never a payload: it names the payer.
 */
export async function receive(request: Request, response: ServerResponse, config: Endpoint['config']): Promise<void> {
  const requestId = randomUUID()
  let event: VerifiedEvent | undefined
  try {
    if (request.method !== 'POST') throw new MethodNotAllowed(`a webhook is a POST, not a ${request.method}`)
    const { webhook, core } = await config()
    event = await webhook.verify(request.rawBody ?? Buffer.alloc(0), request.headers, new Date())
    const change = webhook.normalise(event)
    const { result } = await forward(change, core)

    const receipt = { eventId: event.eventId, eventType: event.eventType, result }
    answerReceipt(response, receipt)
    const reason = 'reason' in change.change ? { reason: change.change.reason } : {}
    const severity = change.change.kind === 'not_understood' ? 'ERROR' : 'INFO'
    write({ severity, message: `payment event ${result}`, requestId, ...receipt, ...reason })
  } catch (error) {
    const severity = answerProblem(response, error, requestId)
    const about = { requestId, eventId: event?.eventId, eventType: event?.eventType, status: response.statusCode }
    const where = severity === 'ERROR' && error instanceof Error ? { stack: error.stack } : {}
    write({ severity, message: String(error), ...about, ...where })
  }
}
