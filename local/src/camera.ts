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
  const request = camera.format === 'turnpike' ? turnpikeRequest(camera, plate) : hikvisionRequest(camera, plate)
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
  return { headers: { authorization: `Basic ${Buffer.from(`camera:${key}`).toString('base64')}` }, body: form }
}

function anprXml(plate: string, now: Date): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
  <channelID>1</channelID>
  <dateTime>${now.toISOString().slice(0, 19)}+00:00</dateTime>
  <activePostCount>1</activePostCount>
  <eventType>ANPR</eventType>
  <eventState>active</eventState>
  <ANPR>
    <licensePlate>${plate.replace(/[^\p{L}\p{Nd}]/gu, '')}</licensePlate>
    <line>1</line>
    <direction>reverse</direction>
    <confidenceLevel>93</confidenceLevel>
  </ANPR>
  <UUID>${randomUUID()}</UUID>
  <isDataRetransmission>false</isDataRetransmission>
</EventNotificationAlert>
`
}
