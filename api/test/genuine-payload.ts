import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * A payload recorded in the field, which is not ours to publish: it lies beside some checkouts, in `shared/fixtures` of a folder
 * above, or where `TURNPIKE_FIXTURES` says. Undefined where there is none; our own fixtures of the same shape are always there.
 */
export function genuinePayload(name: string): string | undefined {
  for (const folder of folders()) if (existsSync(join(folder, name))) return readFileSync(join(folder, name), 'utf8')
  return undefined
}

function* folders() {
  if (process.env.TURNPIKE_FIXTURES) yield process.env.TURNPIKE_FIXTURES
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) yield join(dirname(at), 'shared/fixtures')
}
