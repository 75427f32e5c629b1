import { isDeepStrictEqual } from 'node:util'

type Fields = Record<string, unknown>

/** The fields in which two documents differ, by name. */
export function differingFields(is: Fields, should: Fields): string[] {
  const fields = new Set([...Object.keys(is), ...Object.keys(should)])
  return [...fields].filter((field) => !isDeepStrictEqual(is[field], should[field])).sort()
}

/** Those in which a stored document is not the state that was read: when it was written is not of the state. */
export function staleFields({ v: _v, updatedAt: _updatedAt, ...stored }: Fields, state: Fields): string[] {
  return differingFields(stored, asStored(state))
}

/** JSON knows no -0 and nothing that is undefined. */
function asStored(data: Fields): Fields {
  return JSON.parse(JSON.stringify(data))
}
