import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MalformedPayload } from '../../src/cameras/adapter.ts'
import { axis } from '../../src/cameras/axis.ts'
import { genuinePayload } from '../genuine-payload.ts'
import { berlin, part, raw } from './received.ts'

const update = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/axis-update.json'), 'utf8'))
const readsOf = (change: object = {}) => axis.receive(raw({ ...update, ...change }), berlin).reads
const readOf = (change: object = {}) => readsOf(change)[0]!

describe('an Axis camera', () => {
  test('posts an update of a vehicle: numbers are text, the instant is the capture time', () => {
    expect(readsOf()).toEqual([
      {
        eventId: '5821 update 40210 1773133200250',
        trackId: 'B8A44F000001 5821 2026-03-10',
        plateRaw: 'BTK4711',
        confidence: 0.871244,
        capturedAt: new Date('2026-03-10T09:00:00.250Z'),
        motion: 'in',
        retransmitted: false,
        closesTrack: false,
      },
    ])
  })

  test('names new, update and lost of one vehicle as three events of one track; only lost closes it', () => {
    const states = [
      { carState: 'new', packetCounter: '40209', plateUTF8: 'BTK471' },
      { carState: 'update', packetCounter: '40210', plateUTF8: 'BTK4711' },
      { carState: 'lost', packetCounter: '40215' },
    ].map(readOf)
    expect(new Set(states.map(({ eventId }) => eventId)).size).toBe(3)
    expect(new Set(states.map(({ trackId }) => trackId)).size).toBe(1)
    expect(states.map(({ closesTrack }) => closesTrack)).toEqual([false, false, true])
    expect(states.map(({ plateRaw }) => plateRaw)).toEqual(['BTK471', 'BTK4711', 'BTK4711'])
  })

  test('that starts counting anew on another day, or another camera, is another track', () => {
    const tracks = [
      readOf(),
      readOf({ capture_timestamp: String(1773133200250 + 86_400_000) }),
      readOf({ camera_info: { SerialNumber: 'B8A44F000002' } }),
    ].map(({ trackId }) => trackId)
    expect(new Set(tracks).size).toBe(3)
  })

  test('has the same event id when a post is sent again', () => {
    expect(readOf().eventId).toBe(readOf({ timeProcessing: '9' }).eventId)
  })

  test.each(['undefined', 'unknown', '', undefined])(
    'that does not know the direction (%s) says none',
    (carMoveDirection) => {
      expect(readOf({ carMoveDirection }).motion).toBeNull()
    },
  )

  test('without a capture time tells its own clock, which is the clock of the site', () => {
    expect(readOf({ capture_timestamp: undefined }).capturedAt).toEqual(new Date('2026-03-10T09:00:00.250Z'))
    expect(readOf({ capture_timestamp: '', datetime: '20260710 100000250' }).capturedAt).toEqual(
      new Date('2026-07-10T08:00:00.250Z'),
    )
    expect(readOf({ capture_timestamp: '', datetime: '2026-03-10T10:00:00Z' }).capturedAt).toEqual(
      new Date('2026-03-10T10:00:00Z'),
    )
  })

  test.each([
    ['0.5', 0.5],
    ['1', 1],
    ['75', 0.75],
    [undefined, null],
    ['-1', null],
    ['101', null],
    ['sure', null],
  ])('says %s for how sure it is: %s', (plateConfidence, confidence) => {
    expect(readOf({ plateConfidence }).confidence).toBe(confidence)
  })

  test.each([
    { plateUTF8: '', plateText: '', plateUnicode: '', plateASCII: '' },
    { plateUTF8: '----/----' },
    { plateUTF8: 'unknown' },
  ])('without a plate is no read: %o', (change) => {
    expect(readsOf(change)).toEqual([])
  })

  test('that beats its heart is no read, and everything is answered', () => {
    expect(axis.receive(raw({ heartbeat: '1' }), berlin).reads).toEqual([])
    expect(axis.receive(raw(''), berlin).reads).toEqual([])
    expect(axis.receive(raw(''), berlin).reply([]).body).toBe('OK')
  })

  test('may put a byte order mark in front', () => {
    expect(axis.receive(raw(`\uFEFF${JSON.stringify(update)}`), berlin).reads).toEqual(readsOf())
  })

  test('may send the event as a part: a file, or a field, whatever it calls it', () => {
    const json = JSON.stringify(update)
    for (const payload of [
      part('event', 'application/octet-stream', json),
      part('event.json', 'text/plain', json),
      part('data', 'application/json', json),
    ])
      expect(axis.receive(payload, berlin).reads).toEqual(readsOf())
  })

  test.each([
    ['another state', { ...update, carState: 'parked' }],
    ['no state', { ...update, carState: undefined }],
    ['no vehicle', { ...update, carID: undefined }],
    ['a vehicle that is no identifier', { ...update, carID: '<1>' }],
    ['no time', { ...update, capture_timestamp: '', datetime: '' }],
    ['a time beyond the calendar', { ...update, capture_timestamp: '1e300', datetime: '' }],
    ['a plate of 40 letters', { ...update, plateUTF8: 'A'.repeat(40) }],
    ['a list', [update]],
    ['no JSON', 'plateUTF8=BTK4711'],
  ])('that sends %s sends something malformed', (_what, body) => {
    expect(() => axis.receive(raw(body as object), berlin)).toThrow(MalformedPayload)
    expect(() => axis.receive(raw(body as object), berlin)).not.toThrow(/TK4711/)
  })

  test('that sends a form without an event sends something malformed', () => {
    expect(() => axis.receive(part('note', 'text/plain', 'x'), berlin)).toThrow(MalformedPayload)
  })

  const genuine = genuinePayload('cameras/axis-fflpr-event.json')
  test.runIf(genuine)('sends the event of the field as it was recorded: the vehicle has left', () => {
    expect(axis.receive(part('event', 'application/json', genuine!), berlin).reads).toEqual([
      {
        eventId: '1144696 lost 11890300 1623405938252',
        trackId: 'ACCC8E000001 1144696 2021-06-11',
        plateRaw: 'TPK11684',
        confidence: 0.719034,
        capturedAt: new Date('2021-06-11T10:05:38.252Z'),
        motion: 'in',
        retransmitted: false,
        closesTrack: true,
      },
    ])
  })
})
