import { describe, expect, test } from 'vitest'
import { createPace } from '../../src/mirror/pace.ts'

const times = (count: number, milliseconds: number) => Array.from({ length: count }, () => milliseconds)

describe('how many documents are under way at once', () => {
  test('is few while answers come late, however late, and all again once they come in time', () => {
    const pace = createPace()
    expect(pace.limit).toBe(200)
    pace.heard(times(200, 20))
    expect(pace.limit).toBe(200)
    pace.heard(times(150, 400))
    expect(pace.limit).toBe(100)
    for (let i = 0; i < 20; i++) pace.heard(times(pace.limit, 4_000))
    expect(pace.limit).toBe(10)
    for (let i = 0; i < 20; i++) pace.heard(times(pace.limit, 30))
    expect(pace.limit).toBe(200)
  })

  test('is all where Firestore is far away: every answer takes that long', () => {
    const pace = createPace()
    for (let i = 0; i < 20; i++) pace.heard(times(pace.limit, 180))
    expect(pace.limit).toBe(200)
    pace.heard(times(200, 600))
    expect(pace.limit).toBe(100)
  })

  test('is not changed by one document that takes long, nor by silence', () => {
    const pace = createPace()
    pace.heard([...times(9, 20), 5_000])
    pace.heard([])
    expect(pace.limit).toBe(200)
  })
})
