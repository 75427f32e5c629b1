import type { CameraRead, TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'

/** What a camera posted. `parts` are the fields and files of a multipart body, pictures left out. */
export type CameraPayload = {
  /** What the firmware appended to the address it was given: `NotificationInfo/KeepAlive`, or nothing. */
  path: string
  contentType: string
  body: Buffer
  parts: { name: string; contentType: string; body: Buffer }[]
}

/** What an adapter must know of where the camera stands. */
export type CameraPlace = {
  /** IANA name: how a local time without an offset is read. */
  timeZone: string
  /** Whether the answer to this camera is what opens the barrier. Only then may a reply that moves a relay say "open". */
  opensByReply: boolean
}

export type CameraReply = { contentType: string; body: string }

/** A payload understood: what was read, and what the firmware wants to hear once that is decided, in the same order. */
export type CameraMessage = {
  /** None is a well-formed message without a plate: a heartbeat, an empty lane. */
  reads: CameraRead[]
  reply(answers: (TurnpikeAnswer | null)[]): CameraReply
}

/** One vendor's format. `receive` throws `MalformedPayload` for what is not of it. */
export type CameraAdapter = {
  receive(payload: CameraPayload, place: CameraPlace): CameraMessage
}

/** The payload is not what this format sends; nothing was stored. The message says what to mend, and never quotes a plate. */
export class MalformedPayload extends Error {
  readonly issues: { path: string; message: string }[]
  constructor(message: string, issues: { path: string; message: string }[] = [], cause?: unknown) {
    super(message, { cause })
    this.name = 'MalformedPayload'
    this.issues = issues
  }
}
