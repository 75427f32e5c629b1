import { diff } from 'node:util'

const added = -1
const removed = 1

/** The lines that differ, `-` only in `before`, `+` only in `after`, with the line they follow. */
export function lineDiff(before: string, after: string): string {
  const changes = diff(before.split('\n'), after.split('\n'))
  const lines: string[] = []
  let context: string | undefined
  for (const [operation, line] of changes) {
    if (operation !== added && operation !== removed) {
      context = line
      continue
    }
    if (context !== undefined) lines.push(`  ${context}`)
    context = undefined
    lines.push(`${operation === removed ? '-' : '+'} ${line}`)
  }
  return lines.join('\n')
}
