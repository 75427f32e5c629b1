import { z } from 'zod'
import { notWellFormed } from './paypal-refusal.ts'

export const amount = z.object({
  currency_code: z.string().regex(/^[A-Z]{3}$/),
  value: z.string().regex(/^((-?[0-9]+)|(-?([0-9]+)?[.][0-9]+))$/),
})

/**
 * Reads a JSON body against what this call takes.
 * @throws PaypalRefusal with PayPal's issue and the field
 */
export function readJson<T extends z.ZodType>(shape: T, body: string): z.output<T> {
  let json: unknown
  try {
    json = body === '' ? {} : JSON.parse(body)
  } catch {
    throw notWellFormed('MALFORMED_REQUEST_JSON', 'The request JSON is not well formed.', '/')
  }
  const parsed = shape.safeParse(json, { reportInput: true })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const field = `/${issue.path.join('/')}`
  if (issue.code === 'unrecognized_keys')
    throw notWellFormed('INVALID_PARAMETER_SYNTAX', `This stand-in does not know ${issue.keys.join(', ')}.`, field)
  if (issue.input === undefined)
    throw notWellFormed('MISSING_REQUIRED_PARAMETER', 'A required field / parameter is missing.', field)
  throw notWellFormed('INVALID_PARAMETER_VALUE', issue.message, field)
}
