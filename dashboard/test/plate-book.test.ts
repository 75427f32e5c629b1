import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PlateBook } from '../src/api/plate-book.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => `d${from + index}`)

/** A book whose questions are noted, and answered with a plate per id unless told otherwise. */
function noted(answer = (id: string) => ({ id, plate: id.toUpperCase(), plateRaw: `${id} raw` as string | null })) {
  const asked: string[][] = []
  const book = new PlateBook(async (decisionIds) => {
    asked.push(decisionIds)
    return decisionIds.map(answer)
  })
  return { asked, book }
}

test('what a screen wants at one moment is one question, of at most 200 plates, and nothing is asked for twice', async () => {
  const { asked, book } = noted()
  for (const id of ids(0, 230)) book.want(id)
  book.want('d7')
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked.map(({ length }) => length)).toEqual([200, 30])
  expect(new Set(asked.flat()).size).toBe(230)
  expect(book.get('d7')).toBe('d7 raw')
  book.want('d7')
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toHaveLength(2)
})

test('a plate that was gone from the screen before it was asked for is not asked for: whoever sees one is on record', async () => {
  const { asked, book } = noted()
  book.want('a')
  book.want('b')
  book.leave('a')
  await vi.advanceTimersByTimeAsync(1000)
  expect(asked).toEqual([['b']])
})

test('an API that does not answer is asked again later, and the screen shows no plate meanwhile', async () => {
  let refuses = true
  const asked: string[][] = []
  const book = new PlateBook(async (decisionIds) => {
    asked.push(decisionIds)
    if (refuses) throw new Error('away')
    return decisionIds.map((id) => ({ id, plate: 'B1', plateRaw: null }))
  })
  const told = vi.fn()
  book.subscribe(told)
  book.want('a')
  await vi.advanceTimersByTimeAsync(5_000)
  expect([asked.length, book.get('a')]).toEqual([1, undefined])
  refuses = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect([asked.length, book.get('a')]).toEqual([2, 'B1'])
  expect(told).toHaveBeenCalled()
})
