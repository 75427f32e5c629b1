import { turnpikeEvent } from '@turnpike/contracts/camera-event.ts'
import { type CameraAdapter, MalformedPayload } from './adapter.ts'
import { parseJson } from './json.ts'

/** Our own format, for lane controllers and for trying things out: one read a post, answered with the decision. */
export const turnpike: CameraAdapter = {
  receive({ body }) {
    const parsed = turnpikeEvent.safeParse(parseJson(body))
    if (!parsed.success)
      throw new MalformedPayload(
        'The event is not of the format "turnpike".',
        parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      )
    const { eventId, plate, candidates, confidence, capturedAt } = parsed.data
    return {
      reads: [
        {
          eventId,
          trackId: null,
          plateRaw: plate,
          candidates: (candidates ?? []).map((candidate) => candidate.plate),
          confidence: confidence ?? null,
          capturedAt: new Date(capturedAt),
          motion: null,
          retransmitted: false,
          closesTrack: false,
        },
      ],
      reply: ([answer]) => ({ contentType: 'application/json; charset=utf-8', body: JSON.stringify(answer ?? null) }),
    }
  },
}
