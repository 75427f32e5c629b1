import { expect, test } from 'vitest'
import { report, runChecks } from '../run-checks.ts'

test('what a failed check printed is shown, what a good one printed is not', async () => {
  const results = await runChecks(
    [
      { name: 'good', run: async () => [] },
      { name: 'bad', run: async () => ['line 3: wrong'] },
      { name: 'broken', run: () => Promise.reject(new Error('cannot run', { cause: new Error('no such file') })) },
    ],
    2,
  )
  const text = report(results)
  expect(text).toMatch(/^good +\d+\.\d s {2}ok$/m)
  expect(text).toMatch(/^bad +\d+\.\d s {2}FAILED$/m)
  expect(text).toContain('--- bad\nline 3: wrong')
  expect(text).toContain('no such file')
  expect(text).not.toContain('--- good')
})

test('never more checks at once than there are lanes, and every one runs once', async () => {
  let running = 0
  let most = 0
  let ran = 0
  const check = (name: string) => ({
    name,
    async run() {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      ran++
      return []
    },
  })
  const results = await runChecks(['a', 'b', 'c', 'd', 'e'].map(check), 2)
  expect({ most, ran, names: results.map(({ name }) => name) }).toEqual({
    most: 2,
    ran: 5,
    names: ['a', 'b', 'c', 'd', 'e'],
  })
})
