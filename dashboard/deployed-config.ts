import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { dashboardConfig } from './src/config.ts'

/*
 * Before a deployment: whether the `config.json` that goes with the pages can be used by them, and on the internet. Exit code 1 with all
 * that is wrong with it.
 */

const path = process.argv[2] ?? join(import.meta.dirname, 'public/config.json')
const text = await readFile(path, 'utf8').catch(() => undefined)
const problems = text === undefined ? ['it is not there'] : problemsOf(text)
if (problems.length > 0) {
  console.error(`${path} cannot be deployed: docs/operations.md says what belongs there.\n  ${problems.join('\n  ')}`)
  process.exit(1)
}

function problemsOf(written: string): string[] {
  let json: unknown
  try {
    json = JSON.parse(written)
  } catch {
    return ['it is not JSON']
  }
  const parsed = dashboardConfig.safeParse(json)
  if (!parsed.success) return z.prettifyError(parsed.error).split('\n')
  const { apiUrl, emulators } = parsed.data
  return [
    ...(emulators ? ['emulators: accept tokens that nobody signed; leave it out'] : []),
    ...(apiUrl.startsWith('https:') ? [] : ['apiUrl: must be https, or pages may not ask it']),
  ]
}
