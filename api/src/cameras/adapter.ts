import type { CameraFormat, CameraRead, TurnpikeAnswer } from '@turnpike/contracts/camera-event.ts'

/** What a camera posted. `parts` are the fields and files of a multipart body, images left out. */
export type CameraPayload = {
  contentType: string
  body: Buffer
  parts: { name: string; contentType: string; body: Buffer }[]
}

export type CameraReply = { contentType: string; body: string }

/** One vendor's format: payload to reads, and what its firmware wants to hear. */
export type CameraAdapter = {
  format: CameraFormat
  /** No read at all is a well-formed message without a plate: a heartbeat, an empty lane. Throws `MalformedPayload`. */
  toReads(payload: CameraPayload): CameraRead[]
  toReply(answers: (TurnpikeAnswer | null)[]): CameraReply
}

/** The payload is not what this format sends; nothing was stored. The message says what to mend. */
export class MalformedPayload extends Error {
  readonly issues: { path: string; message: string }[]
  constructor(message: string, issues: { path: string; message: string }[] = [], cause?: unknown) {
    super(message, { cause })
    this.name = 'MalformedPayload'
    this.issues = issues
  }
}
