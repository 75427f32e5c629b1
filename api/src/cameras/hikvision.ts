import { isOfOurTime } from '@turnpike/contracts/values.ts'
import { XMLParser } from 'fast-xml-parser'
import { type CameraAdapter, type CameraPayload, MalformedPayload } from './adapter.ts'

/*
 * Hikvision ISAPI ANPR push: `EventNotificationAlert` as an XML body or as the part `anpr.xml` of a multipart one. Firmware
 * differs in the namespace and its prefix, so only local names count.
 */

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  processEntities: false,
  trimValues: true,
})

export const hikvision: CameraAdapter = {
  format: 'hikvision',
  toReads(payload) {
    const alert = toAlert(payload)
    // Heartbeats are alerts too: `videoloss`, or an event that has ended.
    if (text(alert, 'eventType')?.toUpperCase() !== 'ANPR' || text(alert, 'eventState') === 'inactive') return []
    const anpr = child(alert, 'ANPR')
    if (anpr === undefined) throw new MalformedPayload('An ANPR alert needs the element ANPR.')
    const plateRaw = text(anpr, 'licensePlate') ?? text(anpr, 'originalLicensePlate')
    if (plateRaw === undefined || !/[\p{L}\p{Nd}]/u.test(plateRaw) || plateRaw.toLowerCase() === 'unknown') return []
    if (plateRaw.length > 32) throw new MalformedPayload('licensePlate is longer than 32 characters.')
    const eventId = text(alert, 'UUID')
    if (eventId === undefined || eventId.length > 128)
      throw new MalformedPayload('The alert needs a UUID of at most 128 characters: it names the event.')
    return [
      {
        eventId,
        trackId: null,
        plateRaw,
        confidence: toConfidence(text(anpr, 'confidenceLevel')),
        capturedAt: toInstant(text(alert, 'dateTime')),
        motion: text(anpr, 'direction') ?? null,
        retransmitted: text(alert, 'isDataRetransmission') === 'true',
      },
    ]
  },
  toReply: () => ({
    contentType: 'application/xml; charset=utf-8',
    body: '<?xml version="1.0" encoding="UTF-8"?>\n<ResponseStatus version="2.0"><statusCode>1</statusCode><statusString>OK</statusString><subStatusCode>ok</subStatusCode></ResponseStatus>\n',
  }),
}

type Element = Record<string, unknown>

function toAlert({ contentType, body, parts }: CameraPayload): Element {
  const xml = contentType.startsWith('multipart/') ? xmlPart(parts) : body.toString('utf8')
  if (/<!DOCTYPE/i.test(xml)) throw new MalformedPayload('A DOCTYPE is not accepted.')
  if (/[^\P{Cc}\t\n\r]/u.test(xml)) throw new MalformedPayload('The XML contains control characters.')
  let document: unknown
  try {
    document = parser.parse(xml, true)
  } catch (error) {
    throw new MalformedPayload('The body is not well-formed XML.', [], error)
  }
  const alert = child(document, 'EventNotificationAlert')
  if (alert === undefined) throw new MalformedPayload('The XML needs the root element EventNotificationAlert.')
  return alert
}

function xmlPart(parts: CameraPayload['parts']): string {
  const part = parts.find(({ name, contentType }) => name.endsWith('.xml') || contentType.includes('xml'))
  if (part === undefined) throw new MalformedPayload('The multipart body has no XML part (anpr.xml).')
  return part.body.toString('utf8')
}

function child(element: unknown, name: string): Element | undefined {
  const value = (element as Element | undefined)?.[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : undefined
}

function text(element: Element, name: string): string | undefined {
  const value = element[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** 0..100 as Hikvision counts; a value outside is as good as none. */
function toConfidence(level: string | undefined): number | null {
  const percent = level === undefined ? Number.NaN : Number(level)
  return percent >= 0 && percent <= 100 ? percent / 100 : null
}

function toInstant(dateTime: string | undefined): Date {
  const instant = new Date(dateTime ?? '')
  if (!isOfOurTime(instant)) throw new MalformedPayload('dateTime is missing or is not a time.')
  if (!/(Z|[+-]\d{2}:?\d{2})$/.test(dateTime!))
    throw new MalformedPayload('dateTime has no offset from UTC: set the time zone in the camera.')
  return instant
}
