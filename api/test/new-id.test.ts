import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../src/new-id.ts'

afterEach(() => vi.restoreAllMocks())

test('ids of one process only grow, many in a millisecond and while the clock falls back', () => {
  const began = Date.now()
  const ids = Array.from({ length: 5_000 }, () => newId())
  vi.spyOn(Date, 'now').mockReturnValue(began - 60_000)
  ids.push(...Array.from({ length: 5_000 }, () => newId()))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id is a UUID of version 7 that tells when it was made', () => {
  vi.spyOn(Date, 'now').mockReturnValue(Date.UTC(2040, 0, 1))
  const id = newId()
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(Date.UTC(2040, 0, 1))
})
