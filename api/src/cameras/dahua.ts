import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import { type CameraAdapter, type CameraPayload, type CameraPlace, MalformedPayload } from './adapter.ts'
import { fromEpochMs, toInstant } from './camera-time.ts'
import { derivedId } from './derived-id.ts'
import { type Json, numberAt, objectAt, parseJson, textAt, toObject } from './json.ts'
import { toPlateText } from './plate-text.ts'

/*
 * Dahua, and the makes built on it: ITSAPI push (protocol V1.19), where the firmware appends `NotificationInfo/TollgateInfo` for a
 * plate, `/KeepAlive` and `/DeviceInfo`; and `TrafficJunction` of its event stream, as a lane computer forwards it. Without a
 * positive result the camera sends the same plate again and again.
 */

export const dahua: CameraAdapter = {
  receive(payload, place) {
    const message = toMessage(payload)
    const device = deviceOf(message)
    if (isHeartbeat(payload)) return { reads: [], reply: () => toReply({ Active: true, ...device }) }
    const picture = objectAt(message, 'Picture')
    if (picture === undefined) {
      const reads = junctionEvents(message).flatMap((event) => junctionReads(event, place))
      return { reads, reply: () => toReply({ Result: true, Message: 'Success', ...device }) }
    }
    return {
      reads: tollgateReads(picture, snapInfoOf(message), place),
      reply(answers) {
        const opens = place.opensByReply && answers.some((answer) => answer?.openBarrier === true)
        return toReply({ Result: true, ...device, OpenStrobe: opens })
      },
    }
  },
}

function isHeartbeat({ path }: CameraPayload): boolean {
  return /(^|\/)KeepAlive\/?$/i.test(path)
}

function toReply(body: object) {
  return { contentType: 'application/json; charset=utf-8', body: JSON.stringify(body) }
}

/** One of these is in every message of this make. */
const known = ['Picture', 'DeviceID', 'DeviceName', 'Active', 'AlarmInfo', 'Code', 'Events', 'eventList', 'params']

function toMessage(payload: CameraPayload): Json {
  const part = payload.parts.find(({ name, contentType }) => /json/i.test(`${name} ${contentType}`))
  const json = payload.contentType.startsWith('multipart/') ? part?.body : payload.body
  if (json === undefined) throw new MalformedPayload('The multipart body has no JSON part.')
  if (isHeartbeat(payload) && json.length === 0) return {}
  if (/^\s*</.test(json.toString('latin1', 0, 64)))
    throw new MalformedPayload('The body is XML: set the data format of the camera to JSON.')
  const message = toObject(parseJson(json))
  if (message === undefined || !known.some((name) => Object.hasOwn(message, name)))
    throw new MalformedPayload('The body is no message of this make: nothing in it is known.')
  return message
}

/** Echoed in the answer, so nothing but an identifier. */
function deviceOf(message: Json): { DeviceID?: string } {
  const id = textAt(message, 'DeviceID') ?? textAt(snapInfoOf(message), 'DeviceID')
  return id !== undefined && /^[\w.:-]{1,64}$/.test(id) ? { DeviceID: id } : {}
}

/** Beside the picture in one description of the protocol, inside it on cameras. */
function snapInfoOf(message: Json): Json | undefined {
  return objectAt(objectAt(message, 'Picture'), 'SnapInfo') ?? objectAt(message, 'SnapInfo')
}

function tollgateReads(picture: Json, snap: Json | undefined, place: CameraPlace): CameraRead[] {
  const plate = objectAt(picture, 'Plate')
  const plateRaw = toPlateText(textAt(plate, 'PlateNumber'))
  // Some firmware writes `IsExit`.
  if (plateRaw === undefined || textAt(plate, 'IsExist', 'IsExit')?.toLowerCase() === 'false') return []
  // Cameras over parking bays post the plates of standing cars the same way, without `SnapInfo`.
  if (snap === undefined && objectAt(picture, 'ParkingInfo') !== undefined) return []
  const time = textAt(snap, 'AccurateTime', 'SnapTime')
  const capturedAt = toInstant(time, zoneOf(snap) ?? place.timeZone)
  if (capturedAt === undefined) throw new MalformedPayload('SnapInfo needs AccurateTime or SnapTime.')
  return [
    {
      eventId: derivedId('itsapi', [
        textAt(snap, 'DeviceID'),
        time,
        textAt(snap, 'DefenceCode'),
        textAt(snap, 'LanNo'),
        textAt(plate, 'Channel'),
        textAt(plate, 'Confidence'),
      ]),
      trackId: null,
      plateRaw,
      confidence: toConfidence(numberAt(plate, 'Confidence')),
      capturedAt,
      motion: toMotion(textAt(snap, 'Direction')),
      retransmitted: false,
      closesTrack: false,
    },
  ]
}

/** Far above what one frame shows, far below what would keep a lane waiting. */
const mostEvents = 16

/** The events of a message of the stream: `client.notifyEventStream`, a list `Events`, or one alone. */
function junctionEvents(message: Json): unknown[] {
  const list = objectAt(message, 'params')?.eventList ?? message.Events ?? message.eventList ?? [message]
  if (!Array.isArray(list) || list.length > mostEvents)
    throw new MalformedPayload(`The list of events is no list, or is longer than ${mostEvents}.`)
  return list
}

function junctionReads(value: unknown, place: CameraPlace): CameraRead[] {
  const event = toObject(value)
  if (textAt(event, 'Code') !== 'TrafficJunction' || textAt(event, 'Action') === 'Stop') return []
  const data = objectAt(event, 'Data') ?? event!
  const object = objectAt(data, 'Object')
  const car = objectAt(data, 'TrafficCar')
  const plateRaw = toPlateText(textAt(object, 'Text')) ?? toPlateText(textAt(car, 'PlateNumber'))
  if (plateRaw === undefined) return []
  const capturedAt = junctionTime(data, place.timeZone)
  if (capturedAt === undefined) throw new MalformedPayload('The event needs RealUTC, UTC or LocaleTime.')
  return [
    {
      eventId: derivedId('junction', [
        numberAt(data, 'GroupID'),
        numberAt(data, 'IndexInGroup'),
        numberAt(data, 'EventID', 'EventSeq'),
        capturedAt.getTime(),
        numberAt(data, 'Lane'),
      ]),
      trackId: toTrackId(data, capturedAt),
      plateRaw,
      confidence: toConfidence(numberAt(object, 'Confidence')),
      capturedAt,
      motion: toMotion(textAt(data, 'JunctionDirection')),
      retransmitted: false,
      closesTrack: false,
    },
  ]
}

/** A group is several pictures of one vehicle. The day belongs to it, because the counter starts anew with the camera. */
function toTrackId(data: Json, capturedAt: Date): string | null {
  const group = numberAt(data, 'GroupID') ?? 0
  const pictures = numberAt(data, 'CountInGroup') ?? 1
  return group > 0 && pictures > 1 ? `${group} ${capturedAt.toISOString().slice(0, 10)}` : null
}

/**
 * `RealUTC` is the instant, in seconds. `UTC` is the camera's wall clock counted as if it were UTC (seen 7 h apart in Bangkok), so
 * without `RealUTC` it is a local time: of the zone that the camera names, or else of the site.
 */
function junctionTime(data: Json, siteZone: string): Date | undefined {
  const ms = Math.min(Math.max(numberAt(data, 'UTCMS') ?? 0, 0), 999)
  const real = numberAt(data, 'RealUTC') ?? 0
  if (real > 0) return fromEpochMs(real * 1000 + ms)
  const utc = numberAt(data, 'UTC') ?? numberAt(objectAt(data, 'TrafficCar'), 'UTC') ?? 0
  const wallClock =
    utc > 0
      ? fromEpochMs(utc * 1000 + ms)
          ?.toISOString()
          .replace('Z', '')
      : undefined
  return toInstant(wallClock ?? textAt(data, 'LocaleTime'), zoneOf(data) ?? siteZone)
}

/** The time zones by their number, as Dahua's SDK lists them (`EM_CFG_TIME_ZONE`), in minutes ahead of UTC. */
const zones = [
  0, 60, 120, 180, 210, 240, 270, 300, 330, 345, 360, 390, 420, 480, 540, 570, 600, 660, 720, 780, -60, -120, -180,
  -210, -240, -300, -360, -420, -480, -540, -600, -660, -720, -270, 630, 840, -570, 510, 525, 765,
]

/** The offset of a camera's local times, `+02:00`; undefined when it does not say. `DSTTune` is 1 while summer time lasts. */
function zoneOf(from: Json | undefined): string | undefined {
  const standard = zones[numberAt(from, 'TimeZone') ?? -1]
  if (standard === undefined) return undefined
  const ahead = standard + (['1', 'true'].includes(textAt(from, 'DSTTune') ?? '') ? 60 : 0)
  const two = (count: number) => String(count).padStart(2, '0')
  const minutes = Math.abs(ahead)
  return `${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** 0..255 by the protocol's text, 0..100 on many cameras: what is above 100 can only be of 255. Outside is as good as none. */
function toConfidence(value: number | undefined): number | null {
  if (value === undefined || value < 0 || value > 255) return null
  return value / (value > 100 ? 255 : 100)
}

function toMotion(direction: string | undefined): string | null {
  return direction === undefined || /^unknow/i.test(direction) ? null : direction
}
