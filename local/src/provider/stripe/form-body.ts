import { StripeRefusal } from './stripe-refusal.ts'

export type FormValue = string | FormValue[] | { [name: string]: FormValue }
export type Form = { [name: string]: FormValue }

/** Reads Stripe's form encoding: `line_items[0][price_data][currency]=eur` is a field in an object in a list in an object. */
export function readForm(body: string): Form {
  const form: Form = Object.create(null)
  for (const [name, value] of new URLSearchParams(body)) put(form, name, value)
  return withLists(form) as Form
}

function put(form: Form, name: string, value: string): void {
  const path = name.split('[').map((part) => part.replace(/\]$/, ''))
  const last = path.pop()!
  let at = form
  for (const part of path) {
    at[part] ??= Object.create(null) as Form
    const next = at[part]
    if (typeof next === 'string') throw new StripeRefusal(400, { message: `Invalid object: ${name}`, param: name })
    at = next as Form
  }
  if (last in at) throw new StripeRefusal(400, { message: `Received ${name} more than once`, param: name })
  at[last] = value
}

function withLists(value: FormValue): FormValue {
  if (typeof value === 'string') return value
  const names = Object.keys(value)
  const values = Object.values(value).map(withLists)
  const isList = names.length > 0 && names.every((name, index) => name === String(index))
  if (isList) return values
  return Object.assign(Object.create(null), Object.fromEntries(names.map((name, index) => [name, values[index]])))
}
