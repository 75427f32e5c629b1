import { multipart, type Part } from '../multipart.ts'

/** Numbers that are the same for the same seed, so that a failure can be had again. */
export class Chance {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }
  /** 0 up to, not including, `end` (mulberry32). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % end
  }
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)))
  }
}

/** What a camera would send, before something goes wrong with it. */
export type Post = { text: string; kind: 'json' | 'xml'; path: string; part: Part }
export type Sent = { body: Buffer; contentType: string; path: string }

/** The post with one thing wrong or a few, anywhere from the address to the last byte. */
export function mutate(post: Post, chance: Chance): Sent {
  let text = post.text
  for (let left = 1 + chance.below(2); left > 0; left -= 1) text = mutateText(text, post.kind, chance)
  const isMultipart = chance.below(4) === 0
  const sent = isMultipart
    ? mutateForm([{ ...post.part, content: text }], chance)
    : { body: Buffer.from(text), contentType: post.kind === 'json' ? 'application/json' : 'application/xml' }
  return {
    body: chance.below(6) === 0 ? mutateBytes(sent.body, chance) : sent.body,
    contentType: chance.below(16) === 0 ? chance.pick(contentTypes) : sent.contentType,
    path: chance.below(12) === 0 ? chance.pick(paths) : post.path,
  }
}

const contentTypes = [
  '', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary=', 'multipart/form-data; boundary="b\\"', 'multipart/mixed; boundary=x',
  'application/json; charset=utf-16', 'image/jpeg', 'x', '*/*', 'application/x-www-form-urlencoded', `multipart/form-data; boundary=${'b'.repeat(300)}`,
] // biome-ignore format: a list reads better

const paths = [
  '',
  '/',
  '//',
  '/NotificationInfo/KeepAlive',
  '/NotificationInfo/TollgateInfo/',
  '/NotificationInfo/DeviceInfo',
  '/%00',
  '/a b',
  '/..%2f',
  '/key',
  '/%F0%9F%9A%97',
]

/** Values that break what expects another. */
const values: unknown[] = [
  null, '', ' ', 0, -1, 1e308, -0.5, 2 ** 53, 4e9, true, false, [], {}, [[]], 'null', 'NaN', 'Infinity', '\u0000', '\u0007', '\uFFFD', '\uD800', '😀', 'ß'.repeat(40),
  'A'.repeat(33), 'B'.repeat(5000), '1'.repeat(400), '__proto__', 'constructor', '1970-01-01 00:00:00', '9999-12-31T23:59:59Z', '2026-02-30 10:00:00', '2026-10-25 02:30:00',
  '0001-01-01T00:00:00+14:00', '-1', '1e309', "'; drop table reads; --", '<![CDATA[x]]>', '&amp;', '#{x}', 'Ⅷ٣٤', 'ΑΒΕ 123', '%00', 'unknown', { toString: 1 }, { length: -1 },
] // biome-ignore format: a list reads better

/** A copy: a value that was put in may be changed further. */
const anyValue = (chance: Chance): unknown => structuredClone(chance.pick(values))

function mutateText(text: string, kind: Post['kind'], chance: Chance): string {
  if (chance.below(5) === 0) return mutateCharacters(text, chance)
  return kind === 'json' ? mutateJson(text, chance) : mutateXml(text, chance)
}

function mutateJson(text: string, chance: Chance): string {
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return mutateCharacters(text, chance)
  }
  const holders: [Record<string, unknown>, string][] = []
  const walk = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    for (const name of Object.keys(value)) {
      holders.push([value as Record<string, unknown>, name])
      walk((value as Record<string, unknown>)[name])
    }
  }
  walk(root)
  if (holders.length === 0) return JSON.stringify(anyValue(chance)) ?? ''
  // What is read and stored breaks more than what is read past.
  const stored = holders.filter(([, name]) => /plate|text|time|utc|id$|state/i.test(name))
  const [holder, name] = chance.pick(stored.length > 0 && chance.below(2) === 0 ? stored : holders)
  switch (chance.below(9)) {
    case 0:
      delete holder[name]
      break
    case 1:
      holder[`${name}${chance.pick(['s', ' ', '\u0000'])}`] = holder[name]
      delete holder[name]
      break
    case 2:
      holder[name] = nested(chance.pick([3, 50, 1000]))
      break
    case 3:
      return JSON.stringify(root).replace('{', `{"${name}":${JSON.stringify(anyValue(chance))},`)
    case 4:
      return JSON.stringify(root).replace('{', '{"__proto__":{"PlateNumber":"X"},"constructor":{"prototype":{"x":1}},')
    case 5:
    case 6:
      holder[name] =
        `${textOf(holder[name])}${chance.pick(['\u0000', '\u001F', '\uFFFD', '\uD800', '"', 'é', '\u202E'])}`
      break
    default:
      holder[name] = anyValue(chance)
  }
  return JSON.stringify(root)
}

/** An earlier mutation may have left an object that has no text of its own. */
function textOf(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value
}

function nested(depth: number): unknown {
  let value: unknown = 'deep'
  for (let left = depth; left > 0; left -= 1) value = left % 2 ? [value] : { x: value }
  return value
}

function mutateXml(text: string, chance: Chance): string {
  const elements = [...text.matchAll(/<(\w+)>([^<]*)<\/\1>/g)]
  const element = elements.length === 0 ? undefined : chance.pick(elements)
  const [whole, name, content] = element ?? ['', 'x', '']
  const value = anyValue(chance)
  const escaped = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('<', '&lt;')
  switch (chance.below(11)) {
    case 0:
      return text.replace(whole, '')
    case 1:
      return text.replace(whole, whole + whole)
    case 2:
      return text
        .replace('?>', '?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY f "&e;&e;">]>')
        .replace(content, '&f;')
    case 3:
      return text.replace(whole, `<${name}>${'<x>'.repeat(chance.pick([1, 200, 20_000]))}</${name}>`)
    case 4:
      return text.replace(whole, `<![CDATA[${whole}]]>`)
    case 5:
      return text.replaceAll(/<(\/?)([A-Za-z])/g, `<$1${chance.pick(['ns', 'a.b', '__proto__', 'xmlns'])}:$2`)
    case 6:
      return text.replace(whole, `<${name} a="1" a="2">${content}</${name}>`)
    case 7:
      return text.replace(
        whole,
        `<__proto__>${content}</__proto__><constructor><prototype>${content}</prototype></constructor>`,
      )
    case 8:
      return `${chance.pick(['\uFEFF', '\n', 'x', '<a/>', '{', '<?xml version="1.0" encoding="UTF-16"?>'])}${text}`
    default:
      return text.replace(whole, () => `<${name}>${escaped}</${name}>`)
  }
}

function mutateCharacters(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1)
  switch (chance.below(4)) {
    case 0:
      return text.slice(0, at)
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + chance.below(40))
    case 2:
      return text.slice(0, at) + text.slice(chance.below(text.length + 1))
    default:
      return (
        text.slice(0, at) + chance.pick(['<', '>', '"', '{', '}', '&', '\u0000', '\\', '٣', ',', ':']) + text.slice(at)
      )
  }
}

function mutateForm(parts: Part[], chance: Chance): { body: Buffer; contentType: string } {
  const image = {
    name: 'image',
    filename: 'image.jpg',
    type: 'image/jpeg',
    content: Buffer.alloc(chance.pick([0, 10, 70_000]), 255),
  }
  const form = [...parts]
  switch (chance.below(8)) {
    case 0:
      form.unshift(image)
      break
    case 1:
      form.push(image, image)
      break
    case 2:
      form.push(...parts)
      break
    case 3:
      form.push(...Array.from({ length: 45 }, (_, i) => ({ name: `f${i}`, content: 'x' })))
      break
    case 4:
      form.unshift({
        name: chance.pick(['__proto__', 'constructor', '', 'a"b', 'event']),
        type: 'application/json',
        content: '{',
      })
      break
    case 5:
      form.length = 0
      break
    case 6:
      return multipart([
        { ...form[0]!, type: chance.pick(['', 'application/octet-stream', 'text/plain; charset=x', 'image/png']) },
      ])
  }
  return multipart(form, chance.pick(['boundary', '--', 'MIME_boundary', 'b'.repeat(70)]))
}

function mutateBytes(body: Buffer, chance: Chance): Buffer {
  const at = chance.below(body.length + 1)
  switch (chance.below(5)) {
    case 0:
      return body.subarray(0, at)
    case 1:
      return Buffer.concat([body.subarray(0, at), chance.bytes(1 + chance.below(20)), body.subarray(at)])
    case 2:
      return Buffer.concat([body.subarray(0, at), body.subarray(Math.min(body.length, at + 1 + chance.below(30)))])
    case 3:
      return Buffer.concat([body, body])
    default: {
      const changed = Buffer.from(body)
      for (let left = 1 + chance.below(8); left > 0 && changed.length > 0; left -= 1)
        changed[chance.below(changed.length)] = chance.below(256)
      return changed
    }
  }
}
