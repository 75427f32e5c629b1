import type { FastifyReply, FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'

/** Says which version an answer shows. What never changes stays at 1. */
export function tagVersion(reply: FastifyReply, item: { version?: number }) {
  reply.header('etag', `"${item.version ?? 1}"`)
}

/**
 * The version that a change was made from, out of If-Match. Whoever has not looked is asked to; a tag that is none of ours is NaN,
 * which no version equals.
 */
export function sawVersion(request: FastifyRequest): number {
  const tag = request.headers['if-match']
  if (tag === undefined || tag.trim() === '*')
    throw new Refusal(
      'precondition_required',
      'Send the ETag of what you saw as If-Match, so that nobody overwrites what somebody else just changed.',
    )
  return Number(/^"(\d{1,15})"$/.exec(tag.trim())?.[1] ?? Number.NaN)
}
