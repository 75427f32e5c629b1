import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { repeat } from '../../src/repeat.ts'

const errors: unknown[] = []
const pauses = { pauseMs: 50, longestPauseMs: 1_000, onError: (error: unknown) => errors.push(error) }

describe('work that is repeated', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    errors.length = 0
  })
  afterEach(() => vi.useRealTimers())

  test('runs again at once while there is more, and after a pause when there is not', async () => {
    const answers = ['more', 'more', 'more', 'done'] as const
    let runs = 0
    const stop = repeat(async () => answers[runs++] ?? 'done', pauses)
    await vi.advanceTimersByTimeAsync(49)
    expect(runs).toBe(4)
    await vi.advanceTimersByTimeAsync(1)
    expect(runs).toBe(5)
    await stop()
  })

  test('that fails is reported and waits twice as long each time, up to the longest pause, and recovers', async () => {
    const startedAt: number[] = []
    let broken = true
    const stop = repeat(async () => {
      startedAt.push(Date.now())
      if (broken) throw new Error('broken')
      return 'done'
    }, pauses)
    await vi.advanceTimersByTimeAsync(5_000)
    const gaps = startedAt.slice(1).map((at, index) => at - startedAt[index]!)
    expect(gaps.slice(0, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000])
    expect(errors).toHaveLength(startedAt.length)
    broken = false
    await vi.advanceTimersByTimeAsync(1_000)
    const recovered = startedAt.length
    await vi.advanceTimersByTimeAsync(500)
    expect(startedAt.length - recovered).toBe(10)
    await stop()
  })

  test('stops at once in a pause, and otherwise after the run that is under way', async () => {
    let runs = 0
    const idle = repeat(
      async () => {
        runs += 1
        return 'done'
      },
      { ...pauses, pauseMs: 3_600_000 },
    )
    await vi.advanceTimersByTimeAsync(0)
    await idle()

    const running = Promise.withResolvers<'more'>()
    const stop = repeat(() => running.promise, pauses)
    let stopped = false
    const end = stop().then(() => {
      stopped = true
    })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(stopped).toBe(false)
    running.resolve('more')
    await end
    expect(runs).toBe(1)
  })

  test('does not remember its pauses: a month of them takes no memory', async () => {
    let runs = 0
    const stop = repeat(
      async () => {
        runs += 1
        return 'done'
      },
      { ...pauses, pauseMs: 1 },
    )
    await vi.advanceTimersByTimeAsync(2_000)
    const before = await heap()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(runs).toBeGreaterThan(20_000)
    expect((await heap()) - before).toBeLessThan(2_000_000)
    await stop()
  })
})

async function heap(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  await new Promise<void>((resolve) => resolve())
  collect()
  return process.memoryUsage().heapUsed
}
