import { turnpikeEvent } from '@turnpike/contracts/camera-event.ts'
import { type CameraAdapter, MalformedPayload } from './adapter.ts'

/** Our own format, for lane controllers and for trying things out: one read a post, answered with the decision. */
export const turnpike: CameraAdapter = {
  format: 'turnpike',
  toReads({ body }) {
    const parsed = turnpikeEvent.safeParse(parseJson(body))
    if (!parsed.success)
      throw new MalformedPayload(
        'The event is not of the format "turnpike".',
        parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      )
    const { eventId, plate, confidence, capturedAt } = parsed.data
    return [
      {
        eventId,
        trackId: null,
        plateRaw: plate,
        confidence: confidence ?? null,
        capturedAt: new Date(capturedAt),
        motion: null,
        retransmitted: false,
        closesTrack: false,
      },
    ]
  },
  toReply: ([answer]) => ({ contentType: 'application/json; charset=utf-8', body: JSON.stringify(answer ?? null) }),
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new MalformedPayload('The body is not JSON.', [], error)
  }
}
