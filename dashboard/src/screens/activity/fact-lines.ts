/** A fact by its place among the others, e.g. `session › opened at`. */
export type FactLine = { name: string; value: string | number | boolean | null }

/** Facts as lines, in the order they were stored; what holds others is named before them, a list is one line. */
export function factLines(facts: unknown, path: string[] = []): FactLine[] {
  if (Array.isArray(facts)) return [{ name: path.join(' › '), value: facts.map(inWords).join(', ') }]
  if (typeof facts !== 'object' || facts === null)
    return [{ name: path.join(' › '), value: facts as FactLine['value'] }]
  return Object.entries(facts).flatMap(([key, value]) => factLines(value, [...path, spaced(key)]))
}

function inWords(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function spaced(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
