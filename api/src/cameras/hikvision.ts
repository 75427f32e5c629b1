import type { CameraRead } from '@turnpike/contracts/camera-event.ts'
import { XMLParser } from 'fast-xml-parser'
import { type CameraAdapter, type CameraPayload, type CameraPlace, MalformedPayload } from './adapter.ts'
import { toInstant } from './camera-time.ts'
import { derivedId } from './derived-id.ts'
import { type Json, numberAt, objectAt, parseJson, textAt, toText } from './json.ts'
import { toPlateText } from './plate-text.ts'

/*
 * Hikvision ISAPI ANPR push: `EventNotificationAlert` as an XML body or as the part `anpr.xml` of a multipart one, in JSON where
 * the host is set to that. Firmware differs in the namespace and its prefix, so only local names count.
 */

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: true,
})

export const hikvision: CameraAdapter = {
  receive: (payload, place) => ({
    reads: toDocuments(payload).flatMap((document) => toReads(document, place)),
    reply: () => ({ contentType: 'application/xml; charset=utf-8', body: ok }),
  }),
}

const ok =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ResponseStatus version="2.0"><statusCode>1</statusCode><statusString>OK</statusString><subStatusCode>ok</subStatusCode></ResponseStatus>\n'

function toReads(document: Json, { timeZone }: CameraPlace): CameraRead[] {
  const alert = objectAt(document, 'EventNotificationAlert')
  if (alert === undefined) throw new MalformedPayload('The alert needs the root element EventNotificationAlert.')
  // Heartbeats are alerts too: `videoloss`, or an event that has ended.
  if (textAt(alert, 'eventType')?.toUpperCase() !== 'ANPR' || textAt(alert, 'eventState') === 'inactive') return []
  const anpr = objectAt(alert, 'ANPR')
  if (anpr === undefined) throw new MalformedPayload('An ANPR alert needs the element ANPR.')
  const plateRaw = toPlateText(textAt(anpr, 'licensePlate')) ?? toPlateText(textAt(anpr, 'originalLicensePlate'))
  if (plateRaw === undefined) return []
  const capturedAt = toInstant(textAt(alert, 'dateTime'), timeZone)
  if (capturedAt === undefined) throw new MalformedPayload('dateTime is missing or is not a time.')
  const direction = textAt(anpr, 'direction')
  return [
    {
      eventId: toEventId(alert, anpr),
      trackId: null,
      plateRaw,
      confidence: toConfidence(numberAt(anpr, 'confidenceLevel')),
      capturedAt,
      motion: direction === undefined || direction.toLowerCase() === 'unknown' ? null : direction,
      retransmitted: textAt(alert, 'isDataRetransmission')?.toLowerCase() === 'true',
      closesTrack: false,
    },
  ]
}

/** What older firmware without a UUID sends again unchanged. `activePostCount` is not among it: on some cameras it counts posts. */
function toEventId(alert: Json, anpr: Json): string {
  const uuid = textAt(alert, 'UUID')
  if (uuid !== undefined && (uuid.length > 128 || /\p{Cc}/u.test(uuid)))
    throw new MalformedPayload('The UUID is longer than 128 characters, or contains control characters.')
  if (uuid !== undefined) return uuid
  const list = objectAt(anpr, 'pictureInfoList')?.pictureInfo
  const picture = objectAt({ first: Array.isArray(list) ? list[0] : list }, 'first')
  return derivedId('hikvision', [
    textAt(alert, 'dateTime'),
    textAt(alert, 'channelID'),
    textAt(anpr, 'line'),
    textAt(anpr, 'confidenceLevel'),
    textAt(picture, 'absTime'),
    textAt(picture, 'pId'),
  ])
}

/** Alerts are a few kilobytes. A megabyte of XML takes a third of a second, in which no other gate is answered. */
const mostXmlBytes = 256 * 1024

function toDocuments({ contentType, body, parts }: CameraPayload): Json[] {
  if (!contentType.startsWith('multipart/')) return [toDocument(body)]
  const alerts = parts.filter(({ name, contentType }) => /[.](xml|json)$/i.test(name) || /xml|json/i.test(contentType))
  if (alerts.length === 0) throw new MalformedPayload('The multipart body has no XML part (anpr.xml).')
  requireShort(alerts.reduce((bytes, { body }) => bytes + body.length, 0))
  return alerts.map((part) => toDocument(part.body))
}

function toDocument(body: Buffer): Json {
  const text = toText(body)
  if (/^\s*\{/.test(text)) {
    const document = parseJson(body) as Json
    return 'EventNotificationAlert' in document ? document : { EventNotificationAlert: document }
  }
  requireShort(body.length)
  if (/<!DOCTYPE/i.test(text)) throw new MalformedPayload('A DOCTYPE is not accepted.')
  if (/[^\P{Cc}\t\n\r]/u.test(text)) throw new MalformedPayload('The XML contains control characters.')
  try {
    return parser.parse(text, true)
  } catch (error) {
    throw new MalformedPayload('The body is not well-formed XML.', [], error)
  }
}

function requireShort(bytes: number) {
  if (bytes > mostXmlBytes)
    throw new MalformedPayload(
      `The alert has ${bytes} bytes of text, more than ${mostXmlBytes}: send pictures as parts.`,
    )
}

/** 0..100 as Hikvision counts; a value outside is as good as none. */
function toConfidence(percent: number | undefined): number | null {
  return percent !== undefined && percent >= 0 && percent <= 100 ? percent / 100 : null
}
