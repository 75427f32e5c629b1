import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TurnpikeAnswer, turnpikeAnswer } from '@turnpike/contracts/camera-event.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'

export type Camera = Stack['cameras'][number]

/** A core that is slower than it may be asks for the event again. */
const attempts = 8

/**
 * Posts what a camera read just now, in the camera's own format, and the same event again while the API asks for it (503). The
 * answer of a `turnpike` camera; undefined from one whose firmware is told nothing.
 * @throws Error when the API refuses the post.
 */
export async function postRead(api: string, camera: Camera, plate: string): Promise<TurnpikeAnswer | undefined> {
  const request = requests[camera.format](camera, plate)
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(`${api}/v1/cameras/${camera.id}/events`, {
      method: 'POST',
      ...request,
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    if (answer.ok) return camera.format === 'turnpike' ? turnpikeAnswer.parse(JSON.parse(text)) : undefined
    if (answer.status !== 503 || attempt === attempts)
      throw new Error(`The API refused a read of camera ${camera.id}: ${answer.status} ${text}`)
    await sleep(250)
  }
}

const requests = {
  turnpike: turnpikeRequest,
  hikvision: hikvisionRequest,
  dahua: dahuaRequest,
  axis: axisRequest,
} satisfies Record<Camera['format'], (camera: Camera, plate: string) => RequestInit>

function turnpikeRequest({ key }: Camera, plate: string) {
  return {
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ eventId: randomUUID(), plate, confidence: 0.97, capturedAt: new Date().toISOString() }),
  }
}

/** As the firmware pushes it: a form with the XML and an empty picture, the lane's own direction called "reverse". */
function hikvisionRequest({ key }: Camera, plate: string) {
  const form = new FormData()
  form.append('anpr.xml', new Blob([anprXml(plate, new Date())], { type: 'text/xml; charset="UTF-8"' }), 'anpr.xml')
  form.append('licensePlatePicture.jpg', new Blob([], { type: 'image/jpeg' }), 'licensePlatePicture.jpg')
  return { headers: { authorization: basic(key) }, body: form }
}

/** A plate of the ITSAPI push, at the camera's clock, which is UTC. */
function dahuaRequest({ id, key }: Camera, plate: string) {
  const time = new Date().toISOString().slice(0, 23).replace('T', ' ')
  const snapInfo = { AccurateTime: time, TimeZone: 0, DSTTune: 0, Direction: 'Obverse', LanNo: 1, DeviceID: id }
  return jsonRequest(key, {
    Picture: { Plate: { IsExist: true, PlateNumber: bare(plate), Confidence: 231, Channel: 0 }, SnapInfo: snapInfo },
  })
}

/** A vehicle whose direction is known by now. */
function axisRequest({ id, key, direction }: Camera, plate: string) {
  return jsonRequest(key, {
    packetCounter: '1',
    capture_timestamp: String(Date.now()),
    plateUTF8: bare(plate),
    plateConfidence: '0.914',
    carState: 'update',
    carID: randomUUID(),
    carMoveDirection: direction === 'entry' ? 'in' : 'out',
    camera_info: { SerialNumber: id },
  })
}

function jsonRequest(key: string, body: object) {
  return {
    headers: { authorization: basic(key), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

const basic = (key: string) => `Basic ${Buffer.from(`turnpike:${key}`).toString('base64')}`

/** As cameras write plates. */
const bare = (plate: string) => plate.replace(/[^\p{L}\p{Nd}]/gu, '')

function anprXml(plate: string, now: Date): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
  <channelID>1</channelID>
  <dateTime>${now.toISOString().slice(0, 19)}+00:00</dateTime>
  <activePostCount>1</activePostCount>
  <eventType>ANPR</eventType>
  <eventState>active</eventState>
  <ANPR>
    <licensePlate>${bare(plate)}</licensePlate>
    <line>1</line>
    <direction>reverse</direction>
    <confidenceLevel>93</confidenceLevel>
  </ANPR>
  <UUID>${randomUUID()}</UUID>
  <isDataRetransmission>false</isDataRetransmission>
</EventNotificationAlert>
`
}
