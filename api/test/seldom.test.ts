import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { seldom } from '../src/plugins/seldom.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('the first is told at once, then one a second at most, each with how many there were', () => {
  const told: [number, string][] = []
  const tell = seldom((times, what: string) => told.push([times, what]))
  tell('one')
  for (let n = 0; n < 5; n += 1) tell('more')
  vi.advanceTimersByTime(999)
  tell('still')
  expect(told).toEqual([[1, 'one']])
  vi.advanceTimersByTime(1)
  tell('later')
  expect(told).toEqual([
    [1, 'one'],
    [7, 'later'],
  ])
})
