import { z } from 'zod'
import { type Form, readForm } from './form-body.ts'
import { StripeRefusal } from './stripe-refusal.ts'

/** Values of Stripe's form encoding: all arrive as text. */
export const text = z.string().min(1).max(500)
export const url = z
  .string()
  .refine((value) => URL.canParse(value), { message: 'Not a valid URL', params: { code: 'url_invalid' } })
export const integer = z
  .string()
  .refine((value) => /^-?\d+$/.test(value), {
    message: 'Invalid integer',
    params: { code: 'parameter_invalid_integer' },
  })
  .transform(Number)
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
export const metadata = z.record(z.string().max(40), z.string().max(500))
export const expand = z.array(z.string()).optional()

/**
 * Reads a form against what this call takes.
 * @throws StripeRefusal with Stripe's code and the parameter's name: unknown, missing or invalid
 */
export function readParameters<T extends z.ZodType>(shape: T, body: string): z.output<T> {
  const form: Form = readForm(body)
  const parsed = shape.safeParse(form, { reportInput: true })
  if (parsed.success) return parsed.data
  throw refusal(parsed.error.issues[0]!)
}

function refusal(issue: z.core.$ZodIssue): StripeRefusal {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => inBrackets([...issue.path, key]))
    const message = `Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`
    return new StripeRefusal(400, { code: 'parameter_unknown', message, param: names[0]! })
  }
  const param = inBrackets(issue.path)
  if (issue.input === undefined) {
    return new StripeRefusal(400, { code: 'parameter_missing', message: `Missing required param: ${param}.`, param })
  }
  const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? { code: issue.params.code } : {}
  return new StripeRefusal(400, { ...code, message: `${issue.message}: ${param}`, param })
}

function inBrackets([first, ...rest]: PropertyKey[]): string {
  return `${String(first)}${rest.map((part) => `[${String(part)}]`).join('')}`
}
