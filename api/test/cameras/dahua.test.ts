import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MalformedPayload } from '../../src/cameras/adapter.ts'
import { dahua } from '../../src/cameras/dahua.ts'
import { genuinePayload } from '../genuine-payload.ts'
import { answer, berlin, part, raw } from './received.ts'

type Fields = Record<string, unknown>
type Picture = { Plate: Fields; SnapInfo: Fields; ParkingInfo?: Fields }
type Junction = Fields & { Object: Fields; TrafficCar: Fields }
type JunctionEvent = { Code: string; Action: string; Data: Junction }

const tollgatePath = 'NotificationInfo/TollgateInfo'
const fixture = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures', name), 'utf8'))

/** The fixture, changed. */
function tollgate(change: (picture: Picture, whole: Fields) => void = () => {}): Fields {
  const message = fixture('dahua-tollgate.json')
  change(message.Picture, message)
  return message
}
function junctionEvent(change: (data: Junction, event: JunctionEvent) => void = () => {}): JunctionEvent {
  const [event] = fixture('dahua-traffic-junction.json').params.eventList
  change(event.Data, event)
  return event
}
function junction(change?: (data: Junction, event: JunctionEvent) => void): Fields {
  return { ...fixture('dahua-traffic-junction.json'), params: { SID: 1, eventList: [junctionEvent(change)] } }
}
const readsOf = (message: Fields, place = berlin) =>
  dahua.receive(raw(message, 'application/json', tollgatePath), place).reads
const readOf = (message: Fields, place = berlin) => readsOf(message, place)[0]!

describe('TollgateInfo of a Dahua camera', () => {
  test('is one read, at the instant that its clock, zone and summer time say', () => {
    expect(readsOf(tollgate())).toEqual([
      {
        eventId: expect.stringMatching(/^itsapi-[\w-]{22}$/),
        trackId: null,
        plateRaw: 'BTK4711',
        confidence: 212 / 255,
        capturedAt: new Date('2026-03-10T09:00:00.250Z'),
        motion: 'Obverse',
        retransmitted: false,
        closesTrack: false,
      },
    ])
  })

  test('has the same event id when it is sent again, and another for another moment; none tells the plate', () => {
    const id = (change?: (picture: Picture) => void) => readOf(tollgate(change)).eventId
    expect(id()).toBe(id())
    expect(id((p) => (p.Plate.UploadNum = 19))).toBe(id())
    expect(id((p) => (p.Plate.PlateNumber = 'XYZ1'))).toBe(id())
    expect(id((p) => (p.SnapInfo.AccurateTime = '2026-03-10 10:00:00.251'))).not.toBe(id())
    expect(id((p) => (p.SnapInfo.DeviceID = 'other'))).not.toBe(id())
  })

  test('may have SnapInfo beside the picture, and the misspelt names that firmware has', () => {
    const beside = tollgate((picture, whole) => {
      whole.SnapInfo = picture.SnapInfo
      delete (picture as Partial<Picture>).SnapInfo
    })
    expect(readOf(beside)).toEqual(readOf(tollgate()))
    const misspelt = tollgate((picture) => {
      picture.Plate.IsExit = false
      delete picture.Plate.IsExist
    })
    expect(readsOf(misspelt)).toEqual([])
  })

  test.each<[string, (plate: Fields) => void]>([
    ['IsExist is false', (plate) => (plate.IsExist = false)],
    ['IsExist is "false"', (plate) => (plate.IsExist = 'false')],
    ['the number is empty', (plate) => (plate.PlateNumber = '')],
    ['the number is missing', (plate) => delete plate.PlateNumber],
    ['the number is "Unknown"', (plate) => (plate.PlateNumber = 'Unknown')],
    ['the number is "No Plate"', (plate) => (plate.PlateNumber = 'No Plate')],
  ])('is no read when %s', (_what, change) => {
    expect(readsOf(tollgate((picture) => change(picture.Plate)))).toEqual([])
  })

  test.each([
    [90, 0.9],
    [100, 1],
    [101, 101 / 255],
    [255, 1],
    ['85', 0.85],
    [0, 0],
    [undefined, null],
    [-1, null],
    [256, null],
    ['high', null],
  ])('says %s for how sure it is: %s', (value, confidence) => {
    expect(readOf(tollgate((picture) => (picture.Plate.Confidence = value))).confidence).toBe(confidence)
  })

  test.each<[string, Fields, string]>([
    ['another zone', { TimeZone: 25, DSTTune: 0 }, '2026-03-10T15:00:00.250Z'],
    ['summer time', { TimeZone: 1, DSTTune: 1 }, '2026-03-10T08:00:00.250Z'],
    ['a zone of half an hour west', { TimeZone: 23, DSTTune: 0 }, '2026-03-10T13:30:00.250Z'],
    ['no zone: by the clock of the site', { TimeZone: undefined }, '2026-03-10T09:00:00.250Z'],
    ['a zone that is none: by the clock of the site', { TimeZone: 99 }, '2026-03-10T09:00:00.250Z'],
    ['no accurate time', { AccurateTime: '' }, '2026-03-10T09:00:00.000Z'],
  ])('with %s', (_what, snapInfo, instant) => {
    expect(readOf(tollgate((picture) => Object.assign(picture.SnapInfo, snapInfo))).capturedAt).toEqual(
      new Date(instant),
    )
  })

  test('from a camera over parking bays is no read', () => {
    const parking = tollgate((picture) => {
      picture.ParkingInfo = { ParkingStallsNo: 'A004', ParkingStatus: 0, SnapTime: '2026-03-10 10:00:00' }
      delete (picture as Partial<Picture>).SnapInfo
    })
    expect(readsOf(parking)).toEqual([])
  })

  test.each<[string, unknown]>([
    ['without a time', tollgate((picture) => Object.assign(picture.SnapInfo, { AccurateTime: '', SnapTime: '' }))],
    ['with a time that is none', tollgate((picture) => (picture.SnapInfo.AccurateTime = 'soon'))],
    ['with a plate of 40 letters', tollgate((picture) => (picture.Plate.PlateNumber = 'A'.repeat(40)))],
    ['with a null byte in the plate', tollgate((picture) => (picture.Plate.PlateNumber = 'B\u0000TK4711'))],
    ['with a plate that is not UTF-8', tollgate((picture) => (picture.Plate.PlateNumber = '\uFFFDTK4711'))],
    ['that knows nothing', { hello: 1 }],
    ['that is a list', []],
    ['that is null', 'null'],
    ['that is no JSON', '{'],
    ['that is XML', '<?xml version="1.0"?><Picture><PlateNumber>BTK4711</PlateNumber></Picture>'],
    ['that is empty', ''],
  ])('%s is malformed, and the complaint does not tell the plate', (_what, body) => {
    const receive = () => dahua.receive(raw(body as object, 'application/json', tollgatePath), berlin)
    expect(receive).toThrow(MalformedPayload)
    expect(receive).not.toThrow(/TK4711/)
  })

  test('is answered so that the camera stops sending it, and opens only where the answer is what opens', () => {
    const reply = (opensByReply: boolean, opens: boolean) => {
      const message = dahua.receive(raw(tollgate(), 'application/json', tollgatePath), { ...berlin, opensByReply })
      return JSON.parse(message.reply([answer(opens)]).body)
    }
    const deviceId = '5b1f0c52-4c7e-4f6e-9d1a-1a2b3c4d5e6f'
    expect(reply(true, true)).toEqual({ Result: true, DeviceID: deviceId, OpenStrobe: true })
    expect(reply(true, false)).toEqual({ Result: true, DeviceID: deviceId, OpenStrobe: false })
    expect(reply(false, true)).toEqual({ Result: true, DeviceID: deviceId, OpenStrobe: false })
  })

  test('without a plate, or of a car that drives the other way, is answered and opens nothing', () => {
    const empty = dahua.receive(raw(tollgate((p) => (p.Plate.IsExist = false))), berlin)
    expect(JSON.parse(empty.reply([]).body)).toMatchObject({ Result: true, OpenStrobe: false })
    const away = dahua.receive(raw(tollgate()), berlin)
    expect(JSON.parse(away.reply([null]).body)).toMatchObject({ Result: true, OpenStrobe: false })
  })

  test('may come as a part of a multipart body', () => {
    const message = dahua.receive(part('info', 'application/json', JSON.stringify(tollgate())), berlin)
    expect(message.reads[0]?.plateRaw).toBe('BTK4711')
  })
})

describe('a Dahua camera that says it is alive', () => {
  test.each(['NotificationInfo/KeepAlive', '/NotificationInfo/KeepAlive', 'KeepAlive'])('on %s is told so', (path) => {
    const message = dahua.receive(raw({ Active: 'keepAlive', DeviceID: 'cam-1' }, 'application/json', path), berlin)
    expect(message.reads).toEqual([])
    expect(JSON.parse(message.reply([]).body)).toEqual({ Active: true, DeviceID: 'cam-1' })
  })

  test('may say it without a body', () => {
    const message = dahua.receive(raw('', 'application/json', 'NotificationInfo/KeepAlive'), berlin)
    expect(JSON.parse(message.reply([]).body)).toEqual({ Active: true })
  })

  test('or who it is, or anything else of its protocol, is no read and is answered', () => {
    const info = { DeviceID: 'cam-1', DeviceModel: 'ITC413', DeviceType: 'Tollgate', Manufacturer: 'Dahua' }
    const message = dahua.receive(raw(info, 'application/json', 'NotificationInfo/DeviceInfo'), berlin)
    expect(message.reads).toEqual([])
    expect(JSON.parse(message.reply([]).body)).toEqual({ Result: true, Message: 'Success', DeviceID: 'cam-1' })
  })

  test('with a device id that is no identifier does not get it back', () => {
    const message = dahua.receive(
      raw({ Active: 'keepAlive', DeviceID: 'a"b\n' }, 'application/json', 'KeepAlive'),
      berlin,
    )
    expect(JSON.parse(message.reply([]).body)).toEqual({ Active: true })
  })
})

describe('TrafficJunction of the event stream', () => {
  test('is a read at RealUTC; the pictures of one vehicle are one track', () => {
    expect(readsOf(junction())).toEqual([
      {
        eventId: expect.stringMatching(/^junction-[\w-]{22}$/),
        trackId: '412003 2026-03-10',
        plateRaw: 'BTK4711',
        confidence: 204 / 255,
        capturedAt: new Date('2026-03-10T09:00:00.250Z'),
        motion: 'Obverse',
        retransmitted: false,
        closesTrack: false,
      },
    ])
    const second = readOf(junction((data) => Object.assign(data, { IndexInGroup: 2, UTCMS: 600 })))
    expect(second.eventId).not.toBe(readOf(junction()).eventId)
    expect(second.trackId).toBe(readOf(junction()).trackId)
  })

  test('without RealUTC: UTC is the wall clock of the camera, never UTC', () => {
    const noReal = (zone: unknown) => junction((data) => Object.assign(data, { RealUTC: undefined, TimeZone: zone }))
    expect(readOf(noReal(1)).capturedAt).toEqual(new Date('2026-03-10T09:00:00.250Z'))
    expect(readOf(noReal(undefined)).capturedAt).toEqual(new Date('2026-03-10T09:00:00.250Z'))
    const bangkok = { ...berlin, timeZone: 'Asia/Bangkok' }
    expect(readOf(noReal(undefined), bangkok).capturedAt).toEqual(new Date('2026-03-10T03:00:00.250Z'))
    const onlyLocal = junction((data) => {
      for (const name of ['RealUTC', 'UTC', 'TimeZone', 'TrafficCar']) delete data[name]
    })
    expect(readOf(onlyLocal).capturedAt).toEqual(new Date('2026-03-10T09:00:00Z'))
  })

  test('without a time at all is malformed', () => {
    const timeless = junction((data) => {
      for (const name of ['RealUTC', 'UTC', 'LocaleTime', 'TrafficCar']) delete data[name]
    })
    expect(() => readsOf(timeless)).toThrow(MalformedPayload)
  })

  test('with an empty text, of another code, or that stops is no read', () => {
    const empty = junction((data) => {
      data.Object.Text = ''
      data.TrafficCar.PlateNumber = ''
    })
    expect(readsOf(empty)).toEqual([])
    expect(readsOf(junction((_data, event) => (event.Code = 'VideoMotion')))).toEqual([])
    expect(readsOf(junction((_data, event) => (event.Action = 'Stop')))).toEqual([])
  })

  test('of a picture alone belongs to no track, nor does a group without a number', () => {
    expect(readOf(junction((data) => (data.CountInGroup = 1))).trackId).toBeNull()
    expect(readOf(junction((data) => (data.GroupID = 0))).trackId).toBeNull()
  })

  test('comes alone, in a list, or several in one message', () => {
    const event = junctionEvent()
    expect(readsOf(event)).toHaveLength(1)
    expect(readsOf({ Events: [event] })).toHaveLength(1)
    expect(readsOf({ params: { eventList: [event, event] } })).toHaveLength(2)
    expect(() => readsOf({ Events: Array(17).fill(event) })).toThrow(MalformedPayload)
    expect(() => readsOf({ Events: 'none' })).toThrow(MalformedPayload)
  })

  const genuine = genuinePayload('cameras/dahua-notifyEventStream-TrafficJunction.json')
  test.runIf(genuine)('as recorded in the field, of a vehicle without a plate, is no read', () => {
    expect(readsOf(JSON.parse(genuine!))).toEqual([])
  })

  test.runIf(genuine)(
    'as recorded in the field, given a plate, is at the true instant with and without RealUTC',
    () => {
      const message = JSON.parse(genuine!)
      const data = message.params.eventList[0].Data
      data.Object.Text = 'TK4711'
      const instant = new Date('2024-01-30T07:34:55.305Z')
      expect(readOf(message)).toMatchObject({
        plateRaw: 'TK4711',
        capturedAt: instant,
        trackId: null,
        motion: 'Obverse',
      })
      delete data.RealUTC
      expect(readOf(message).capturedAt).toEqual(instant)
      delete data.TimeZone
      expect(readOf(message, { ...berlin, timeZone: 'Asia/Bangkok' }).capturedAt).toEqual(instant)
    },
  )
})
