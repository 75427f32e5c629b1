import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import { type CameraAdapter, type CameraPayload, type CameraPlace, MalformedPayload } from './adapter.ts'
import { fromEpochMs, toInstant } from './camera-time.ts'
import { type Json, numberAt, objectAt, parseJson, textAt, toObject } from './json.ts'
import { toPlateText } from './plate-text.ts'

/*
 * AXIS License Plate Verifier and the FF Group application it comes from: JSON, as the body or as the part `event` beside a
 * picture. A vehicle (`carID`) is posted as `new` at once, as `update` when its plate or direction changes, and as `lost` some
 * seconds after it left the picture. Numbers come as text.
 */

export const axis: CameraAdapter = {
  receive: (payload, place) => ({
    reads: toReads(toEvent(payload), place),
    reply: () => ({ contentType: 'text/plain; charset=utf-8', body: 'OK' }),
  }),
}

function toEvent({ contentType, body, parts }: CameraPayload): Json {
  const part = parts.find(({ name, contentType }) => name === 'event' || /json/i.test(`${name} ${contentType}`))
  if (contentType.startsWith('multipart/') && part === undefined)
    throw new MalformedPayload('The multipart body has no part "event" with JSON in it.')
  const json = part?.body ?? body
  if (json.length === 0) return {} // a heartbeat may be an empty post
  const event = toObject(parseJson(json))
  if (event === undefined) throw new MalformedPayload('The event is not a JSON object.')
  return event
}

function toReads(event: Json, { timeZone }: CameraPlace): CameraRead[] {
  const plateRaw = toPlateText(textAt(event, 'plateUTF8', 'plateText', 'plateUnicode', 'plateASCII'))
  if (plateRaw === undefined) return []
  const state = textAt(event, 'carState')?.toLowerCase()
  if (state !== 'new' && state !== 'update' && state !== 'lost')
    throw new MalformedPayload('carState is not one of new, update and lost.')
  const carId = textAt(event, 'carID')
  if (carId === undefined || !/^[\w.:-]{1,40}$/.test(carId))
    throw new MalformedPayload('carID is missing or is not an identifier: it names the vehicle.')
  const capturedAt = fromEpochMs(numberAt(event, 'capture_timestamp')) ?? fromLocal(textAt(event, 'datetime'), timeZone)
  if (capturedAt === undefined) throw new MalformedPayload('capture_timestamp is missing or is not a time.')
  const direction = textAt(event, 'carMoveDirection')?.toLowerCase()
  return [
    {
      eventId: [carId, state, toCounter(event), capturedAt.getTime()].join(' '),
      trackId: toTrackId(event, carId, capturedAt),
      plateRaw,
      confidence: toConfidence(numberAt(event, 'plateConfidence')),
      capturedAt,
      motion: direction === 'in' || direction === 'out' ? direction : null,
      retransmitted: false,
      closesTrack: state === 'lost',
    },
  ]
}

/** Counts packets; beside the capture time, because it starts anew with the application. */
function toCounter(event: Json): string {
  const counter = textAt(event, 'packetCounter') ?? ''
  return /^\d{1,20}$/.test(counter) ? counter : '-'
}

/** `carID` starts anew too, so the camera and the day belong to it. A vehicle that stands there at midnight (UTC) becomes two tracks. */
function toTrackId(event: Json, carId: string, capturedAt: Date): string {
  const camera =
    textAt(objectAt(event, 'camera_info'), 'SerialNumber', 'MACAddress') ?? textAt(event, 'sensorProviderID')
  const serial = camera !== undefined && /^[\w.:-]{1,40}$/.test(camera) ? camera : '-'
  return [serial, carId, capturedAt.toISOString().slice(0, 10)].join(' ')
}

/** `20210611 130538252`, the camera's own clock without an offset; newer versions write ISO 8601. */
function fromLocal(datetime: string | undefined, timeZone: string): Date | undefined {
  const digits = /^(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)(\d{0,3})$/.exec(datetime ?? '')
  if (digits === null) return toInstant(datetime, timeZone)
  const [, year, month, day, hour, minute, second, ms] = digits
  return toInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms!.padEnd(3, '0')}`, timeZone)
}

/** 0..1 as the License Plate Verifier counts; percent where a version sends that. */
function toConfidence(value: number | undefined): number | null {
  if (value === undefined || value < 0 || value > 100) return null
  return value <= 1 ? value : value / 100
}
