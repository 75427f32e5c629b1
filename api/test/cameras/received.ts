import type { TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { CameraPlace } from '../../src/cameras/adapter.ts'

export const berlin: CameraPlace = { timeZone: 'Europe/Berlin', opensByReply: true }

/** A raw body on the address itself, unless said otherwise. */
export function raw(body: string | object, contentType = 'application/json', path = '') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { path, contentType, body: Buffer.from(text), parts: [] }
}

/** A multipart body of which this part is left once the pictures are read past. */
export function part(name: string, contentType: string, content: string) {
  return {
    path: '',
    contentType: 'multipart/form-data',
    body: Buffer.alloc(0),
    parts: [{ name, contentType, body: Buffer.from(content) }],
  }
}

export const answer = (openBarrier: boolean): TurnpikeAnswer => ({
  decisionId: '0d8c1d0e-5f3a-4d54-9a55-2f2b8f2f7a01',
  outcome: openBarrier ? 'ALLOW' : 'DENY',
  reason: openBarrier ? 'transient_entry' : 'site_full',
  openBarrier,
  commandId: null,
  message: '',
  matchedPlate: null,
  sessionId: null,
  quote: null,
  mode: 'normal',
  duplicate: false,
})
