import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const text = readFileSync(join(import.meta.dirname, '../../docs/payment-failures.md'), 'utf8')
const rows = new Map([...text.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, number, row]) => [Number(number), row!]))

// That the tests are there is what `npm run check` looks at.
test.each(Array.from({ length: 24 }, (_, i) => i + 1))(
  'failure %i of payments has a test that is named after it',
  (number) => {
    const names = [...(rows.get(number) ?? '').matchAll(/"([^"]+)"/g)].map(([, name]) => name!)
    const numbers = names.flatMap((name) => /\(failures? ([^)]*)\)/.exec(name)?.[1]?.match(/\d+/g) ?? [])
    expect(numbers.map(Number)).toContain(number)
  },
)
