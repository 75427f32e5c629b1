import { expect, test } from 'vitest'
import { createRoundTrips } from '../src/services/round-trips.ts'

test('what is on its way to a Postgres far away leaves its place to another one', () => {
  const roundTrips = createRoundTrips()
  expect(roundTrips.toKeepAtWork(3)).toBe(3)
  roundTrips.note(52)
  expect(roundTrips.toKeepAtWork(3)).toBe(63)
})

test('a Postgres beside us that is slow for a while is not far away, and one that has moved is where it is now', () => {
  const roundTrips = createRoundTrips()
  roundTrips.note(1.5)
  for (let read = 0; read < 63; read += 1) roundTrips.note(300)
  expect(roundTrips.toKeepAtWork(3)).toBe(3)
  for (let read = 0; read < 64; read += 1) roundTrips.note(12)
  expect(roundTrips.toKeepAtWork(3)).toBe(15)
})
