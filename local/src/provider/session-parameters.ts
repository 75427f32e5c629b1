import { z } from 'zod'
import { type Form, readForm } from './form-body.ts'
import { StripeRefusal } from './stripe-refusal.ts'

const text = z.string().min(1).max(500)
const url = z
  .string()
  .refine((value) => URL.canParse(value), { message: 'Not a valid URL', params: { code: 'url_invalid' } })
const integer = z
  .string()
  .refine((value) => /^-?\d+$/.test(value), {
    message: 'Invalid integer',
    params: { code: 'parameter_invalid_integer' },
  })
  .transform(Number)
const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
const metadata = z.record(z.string().max(40), z.string().max(500))

const lineItem = z.strictObject({
  quantity: integer.pipe(z.int().positive()),
  price_data: z.strictObject({
    currency: z
      .string()
      .regex(/^[a-z]{3}$/i, 'Invalid currency')
      .transform((code) => code.toLowerCase()),
    unit_amount: integer.pipe(z.int().nonnegative('Invalid non-negative integer')),
    product_data: z.strictObject({ name: text, description: text.optional() }),
  }),
})

const sessionParameters = z.strictObject({
  mode: z.literal('payment', 'This stand-in takes one-off payments only: mode must be payment'),
  line_items: z.array(lineItem).min(1).max(100),
  success_url: url,
  cancel_url: url.optional(),
  client_reference_id: z.string().min(1).max(200).optional(),
  metadata: metadata.optional(),
  payment_intent_data: z.strictObject({ metadata: metadata.optional(), description: text.optional() }).optional(),
  adaptive_pricing: z.strictObject({ enabled: flag }).optional(),
  payment_method_types: z.array(z.literal('card')).optional(),
  customer_email: z.email().optional(),
  expires_at: integer.optional(),
})
export type SessionParameters = z.infer<typeof sessionParameters>

/**
 * Reads what a client posts to begin a checkout.
 * @throws StripeRefusal with Stripe's code and the parameter's name: unknown, missing or invalid
 */
export function readSessionParameters(body: string): SessionParameters {
  const form: Form = readForm(body)
  const parsed = sessionParameters.safeParse(form, { reportInput: true })
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
