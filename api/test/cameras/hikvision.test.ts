import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MalformedPayload } from '../../src/cameras/adapter.ts'
import { hikvision } from '../../src/cameras/hikvision.ts'
import { genuinePayload } from '../genuine-payload.ts'
import { berlin, part, raw } from './received.ts'

const own = readFileSync(join(import.meta.dirname, '../fixtures/hikvision-anpr.xml'), 'utf8')
const readsOf = (xml: string, place = berlin) => hikvision.receive(raw(xml, 'application/xml'), place).reads
const readOf = (xml: string, place = berlin) => readsOf(xml, place)[0]!

describe('a Hikvision camera', () => {
  test('that gives its local time without an offset means the clock of the site', () => {
    const local = own.replace('+01:00', '')
    expect(readOf(local).capturedAt).toEqual(new Date('2026-03-10T09:00:00Z'))
    expect(readOf(local, { ...berlin, timeZone: 'Asia/Tokyo' }).capturedAt).toEqual(new Date('2026-03-10T01:00:00Z'))
    expect(readOf(own, { ...berlin, timeZone: 'Asia/Tokyo' }).capturedAt).toEqual(new Date('2026-03-10T09:00:00Z'))
  })

  test('without a UUID gets an event id that is the same when it sends again, and does not tell the plate', () => {
    const id = (change: (xml: string) => string = (xml) => xml) =>
      readOf(change(own.replace(/<UUID>.*<\/UUID>/, ''))).eventId
    expect(id()).toMatch(/^hikvision-[\w-]{22}$/)
    expect(id((xml) => xml.replace('<isDataRetransmission>false', '<isDataRetransmission>true'))).toBe(id())
    expect(id((xml) => xml.replace('<activePostCount>1', '<activePostCount>2'))).toBe(id())
    expect(id((xml) => xml.replaceAll('B TK4711', 'X YZ1'))).toBe(id())
    expect(id((xml) => xml.replace('10:00:00', '10:00:01'))).not.toBe(id())
    expect(id((xml) => xml.replace('<confidenceLevel>88', '<confidenceLevel>89'))).not.toBe(id())
  })

  test.each([
    ['beats its heart', '<eventType>ANPR', '<eventType>videoloss'],
    ['says that an event has ended', '<eventState>active', '<eventState>inactive'],
  ])('that %s has read nothing', (_what, written, instead) => {
    expect(own).toContain(written)
    expect(readsOf(own.replace(written, instead))).toEqual([])
  })

  test('flags what it sends again after it could not be reached', () => {
    expect(readOf(own).retransmitted).toBe(false)
    expect(readOf(own.replace('Retransmission>false', 'Retransmission>true')).retransmitted).toBe(true)
    expect(readOf(own.replace('Retransmission>false', 'Retransmission>True')).retransmitted).toBe(true)
  })

  test('tells its direction in its own words, and nothing when it does not know', () => {
    expect(readOf(own).motion).toBe('forward')
    expect(readOf(own.replace('<direction>forward', '<direction>unknown')).motion).toBeNull()
    expect(readOf(own.replace(/<direction>.*<\/direction>/, '')).motion).toBeNull()
  })

  test.each([
    ['0', 0],
    ['100', 1],
    ['101', null],
    ['', null],
    ['high', null],
  ])('says %s for how sure it is: %s', (level, confidence) => {
    expect(readOf(own.replace('<confidenceLevel>88', `<confidenceLevel>${level}`)).confidence).toBe(confidence)
  })

  test.each(['', 'unknown', 'UNKNOWN', '无车牌', '--'])('that writes "%s" for the plate saw none', (text) => {
    expect(readsOf(own.replaceAll('B TK4711', text))).toEqual([])
  })

  test('whose text is longer than any alert is refused before it is parsed, in one body or in many parts', () => {
    const padded = own.replace('</ANPR>', `${'<a/>'.repeat(40_000)}</ANPR>`)
    expect(readsOf(padded)).toHaveLength(1)
    const twice = padded.replace('</ANPR>', `${'<a/>'.repeat(40_000)}</ANPR>`)
    expect(() => readsOf(twice)).toThrow(MalformedPayload)
    const one = part('anpr.xml', 'text/xml', padded)
    expect(hikvision.receive(one, berlin).reads).toHaveLength(1)
    expect(() => hikvision.receive({ ...one, parts: [...one.parts, ...one.parts] }, berlin)).toThrow(MalformedPayload)
  })

  test('may call everything by another namespace, or by none', () => {
    const prefixed = own.replaceAll(/<(\/?)([A-Za-z])/g, '<$1hik:$2').replace('xmlns=', 'xmlns:hik=')
    const older = own.replace('http://www.isapi.org/ver20/XMLSchema', 'http://www.hikvision.com/ver20/XMLSchema')
    const none = own.replace(/ xmlns="[^"]*"/, '')
    for (const xml of [prefixed, older, none, `\uFEFF${own}`]) expect(readsOf(xml)).toEqual(readsOf(own))
  })

  test('set to JSON says the same', () => {
    const json = {
      dateTime: '2026-03-10T10:00:00+01:00',
      channelID: 1,
      eventType: 'ANPR',
      eventState: 'active',
      ANPR: { licensePlate: 'B TK4711', direction: 'forward', confidenceLevel: 88 },
      UUID: '0d8c1d0e-5f3a-4d54-9a55-2f2b8f2f7a01',
      isDataRetransmission: false,
    }
    expect(readsOf(JSON.stringify(json))).toEqual(readsOf(own))
    expect(readsOf(JSON.stringify({ EventNotificationAlert: json }))).toEqual(readsOf(own))
  })

  test('posts the XML as a part by its type, whatever it is called', () => {
    expect(hikvision.receive(part('anpr.xml', 'text/plain', own), berlin).reads).toEqual(readsOf(own))
    expect(hikvision.receive(part('MoveDetection', 'application/xml; charset="UTF-8"', own), berlin).reads).toEqual(
      readsOf(own),
    )
    expect(() => hikvision.receive(part('note', 'text/plain', own), berlin)).toThrow(MalformedPayload)
  })

  test.each([
    ['a DOCTYPE', own.replace('?>', '?><!DOCTYPE x [<!ENTITY e "x">]>')],
    ['a DOCTYPE in small letters', own.replace('?>', '?><!doctype x>')],
    ['a UUID of 200 characters', own.replace(/<UUID>.*<\/UUID>/, `<UUID>${'a'.repeat(200)}</UUID>`)],
    [
      'a null byte in a JSON UUID',
      JSON.stringify({
        eventType: 'ANPR',
        UUID: 'a\u0000',
        dateTime: '2026-03-10T10:00:00Z',
        ANPR: { licensePlate: 'B TK4711' },
      }),
    ],
    ['a time that is none', own.replace('2026-03-10T10', '2026-02-30T10')],
    ['an entity in the plate', own.replaceAll('B TK', 'B&#32;TK')],
    ['bytes that are not UTF-8 in the plate', own.replaceAll('B TK', 'B \uFFFDTK')],
  ])('that sends %s sends something malformed, and the complaint does not tell the plate', (_what, body) => {
    expect(() => readsOf(body)).toThrow(MalformedPayload)
    expect(() => readsOf(body)).not.toThrow(/TK4711/)
  })

  const genuine = genuinePayload('cameras/hikvision-anpr-parkpow.xml')
  test.runIf(genuine)('sends the event of the field as it was recorded', () => {
    expect(readsOf(genuine!)).toEqual([
      {
        eventId: '2024011911172144900FlERIduqg06eKsYuvLX072NugIxaHw22mHG5D5KBmWqX',
        trackId: null,
        plateRaw: 'TPKX600',
        confidence: 0.97,
        capturedAt: new Date('2024-01-19T03:17:19Z'),
        motion: 'reverse',
        retransmitted: false,
        closesTrack: false,
      },
    ])
  })
})
