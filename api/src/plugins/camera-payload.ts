import type { MultipartFile, MultipartValue } from '@fastify/multipart'
import type { FastifyError, FastifyRequest } from 'fastify'
import { type CameraPayload, MalformedPayload } from '../cameras/adapter.ts'
import { Refusal } from '../errors.ts'

/** Of a body that is held in memory: JSON with pictures in it. */
export const mostBytes = 12 * 1024 * 1024
/** Of a multipart body: its pictures are read past as they arrive, never kept. */
const mostMultipartBytes = 32 * 1024 * 1024
/** Of one part that is not a picture: events are a few kilobytes. */
const mostTextBytes = 256 * 1024

export const multipartOptions = {
  limits: { fileSize: mostMultipartBytes, fieldSize: mostTextBytes, files: 16, fields: 32, parts: 40 },
  throwFileSizeLimit: false,
}

/**
 * The body of a camera's post, with the parts of a multipart one that may hold an event: pictures, whatever type they claim to be
 * of, are read past as they arrive.
 * @throws MalformedPayload when it is cut off; Refusal `payload_too_large` beyond the limits above.
 */
export async function readCameraPayload(request: FastifyRequest, path: string): Promise<CameraPayload> {
  const contentType = request.headers['content-type'] ?? ''
  if (!request.isMultipart()) {
    const { body } = request
    return { path, contentType, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), parts: [] }
  }
  const parts: CameraPayload['parts'] = []
  let left = mostMultipartBytes
  try {
    for await (const part of request.parts()) {
      const body: Buffer | undefined = part.type === 'field' ? toBytes(part) : await readFile(part)
      if (body !== undefined) parts.push({ name: nameOf(part), contentType: part.mimetype, body })
    }
  } catch (error) {
    drain(request)
    if (error instanceof Refusal || (error as FastifyError).statusCode === 413) throw error
    throw new MalformedPayload('The multipart body is cut off or is not well-formed.', [], error)
  }
  return { path, contentType: 'multipart/form-data', body: Buffer.alloc(0), parts }

  async function readFile(part: MultipartFile): Promise<Buffer | undefined> {
    const isPicture = /^image\//i.test(part.mimetype) || /[.](jpe?g|png|bmp)$/i.test(nameOf(part))
    let kept: Buffer[] | undefined = isPicture ? undefined : []
    let size = 0
    for await (const chunk of part.file) {
      size += chunk.length
      left -= chunk.length
      if (left < 0)
        throw new Refusal(
          'payload_too_large',
          'The post is larger than 32 MB: let the camera send smaller pictures, or none.',
        )
      if (size > mostTextBytes) kept = undefined
      kept?.push(chunk)
    }
    return kept && Buffer.concat(kept)
  }
}

function nameOf(part: MultipartFile | MultipartValue): string {
  return part.type === 'file' && part.filename ? part.filename : part.fieldname
}

/** The multipart parser reads JSON fields by itself; adapters want them as they were sent. */
function toBytes({ value, valueTruncated }: MultipartValue & { valueTruncated?: boolean }): Buffer | undefined {
  if (valueTruncated) return undefined
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

/** What still arrives is read and dropped, so that the camera gets the answer instead of a broken connection. */
function drain({ raw }: FastifyRequest) {
  raw.unpipe()
  raw.resume()
}
