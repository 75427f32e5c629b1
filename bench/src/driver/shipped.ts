import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { PlannedRead } from './fleet.ts'
import { type HttpAnswer, HttpConnection } from './http-connection.ts'
import type { Sent, Target } from './target.ts'

/** When a camera sends an event again that it was asked for again. It all counts as time until the answer. */
const againMs = 250
const mostTimes = 20

/** The server as it ships, over HTTP. Connections are kept, as many as there are reads in flight at once. */
export function shippedTarget(port: number): Target {
  const idle: HttpConnection[] = []
  const all = new Set<HttpConnection>()

  async function send(read: PlannedRead): Promise<Sent> {
    for (let again = 0; ; again += 1) {
      const { status, body } = await post(read)
      if ((status === 503 || status === 0) && again < mostTimes) await sleep(againMs)
      else return { again, ...(status === 200 ? judge(read, JSON.parse(body)) : { problem: `status ${status}` }) }
    }
  }

  /** Status 0 where the connection broke. */
  async function post({ camera, eventId, plate }: PlannedRead): Promise<HttpAnswer> {
    const capturedAt = new Date().toISOString()
    const body = JSON.stringify({ eventId, plate: plate.raw, confidence: 0.97, capturedAt })
    const connection = connected()
    try {
      const answer = await connection.post(`/v1/cameras/${camera.id}/events`, camera.key, body)
      idle.push(connection)
      return answer
    } catch {
      all.delete(connection)
      return { status: 0, body: '' }
    }
  }

  function connected(): HttpConnection {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (!kept.closed) return kept
      all.delete(kept)
    }
    const connection = new HttpConnection(port)
    all.add(connection)
    return connection
  }

  return {
    send,
    close: async () => {
      for (const connection of all) connection.close()
    },
  }
}

function judge({ expects }: PlannedRead, answer: TurnpikeAnswer): Pick<Sent, 'problem' | 'byPolicy'> {
  const { outcome, reason, duplicate, openBarrier, mode } = answer
  if (mode === 'fallback') return { byPolicy: true }
  if (outcome !== expects.outcome || reason !== expects.reason)
    return { problem: `answered ${outcome} ${reason} instead of ${expects.outcome} ${expects.reason}` }
  if (duplicate !== expects.duplicate) return { problem: `duplicate is ${duplicate}` }
  const opens = expects.opens === null || expects.opens === openBarrier
  return opens ? {} : { problem: `openBarrier is ${openBarrier}` }
}
