import { MalformedPayload } from './adapter.ts'

/** A JSON object as a camera sends it: firmware differs in what it writes as text and what as a number. */
export type Json = Record<string, unknown>

/** @throws MalformedPayload when the bytes are not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(toText(body))
  } catch (error) {
    throw new MalformedPayload('The body is not JSON.', [], error)
  }
}

/** The text of a body, without the mark that some firmware puts in front of it. */
export function toText(body: Buffer): string {
  return body.toString('utf8').replace(/^\uFEFF/, '')
}

/** The value when it is an object, neither a list nor null. */
export function toObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** The first member of these names that is an object. */
export function objectAt(from: Json | undefined, ...names: string[]): Json | undefined {
  return firstOf(from, names, toObject)
}

/** The first member of these names that holds something, as text: a number or a yes or no is written out. */
export function textAt(from: Json | undefined, ...names: string[]): string | undefined {
  return firstOf(from, names, (value) => {
    const text = ['string', 'number', 'boolean'].includes(typeof value) ? String(value).trim() : ''
    return text === '' ? undefined : text
  })
}

/** The first member of these names that is a finite number, or text that is one. */
export function numberAt(from: Json | undefined, ...names: string[]): number | undefined {
  return firstOf(from, names, (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  })
}

function firstOf<T>(from: Json | undefined, names: string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    const value = from !== undefined && Object.hasOwn(from, name) ? read(from[name]) : undefined
    if (value !== undefined) return value
  }
  return undefined
}
