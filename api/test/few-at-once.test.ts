import { expect, onTestFinished, test, vi } from 'vitest'
import { fewAtOnce } from '../src/services/few-at-once.ts'

test('as many as may run at once, the next one when one has ended, in the order in which they came', async () => {
  const atOnce = fewAtOnce(() => 2)
  const begun: number[] = []
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const works = ends.map(({ promise }, index) =>
    atOnce.run(() => {
      begun.push(index)
      return promise
    }),
  )
  expect(begun).toEqual([0, 1])
  ends[1]!.resolve()
  await works[1]
  expect(begun).toEqual([0, 1, 2])
  ends[0]!.resolve()
  await works[0]
  expect(begun).toEqual([0, 1, 2, 3])
})

test('a work that fails tells whoever asked for it, and leaves its place to the next one', async () => {
  const atOnce = fewAtOnce(() => 1)
  const failed = atOnce.run(() => Promise.reject(new Error('no')))
  const next = atOnce.run(async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
  expect(await atOnce.run(async () => 'free again')).toBe('free again')
})

test('a work that takes too long leaves its place, once, and goes on', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const atOnce = fewAtOnce(() => 1, 10)
  const begun: string[] = []
  const works = ['slow', 'next', 'third'].map((name) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = atOnce.run(() => {
      begun.push(name)
      return promise
    })
    return { done, resolve }
  })
  vi.advanceTimersByTime(9)
  expect({ begun, waiting: atOnce.waiting() }).toEqual({ begun: ['slow'], waiting: 2 })
  await vi.advanceTimersByTimeAsync(1)
  expect(begun).toEqual(['slow', 'next'])
  works[0]!.resolve()
  await works[0]!.done
  expect({ begun, waiting: atOnce.waiting() }).toEqual({ begun: ['slow', 'next'], waiting: 1 })
  works[1]!.resolve()
  await works[1]!.done
  expect(begun).toEqual(['slow', 'next', 'third'])
})

test('as many more or fewer as may run at once by now, still in the order in which they came', async () => {
  let most = 1
  const atOnce = fewAtOnce(() => most)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const works: Promise<void>[] = []
  const start = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const index = ends.push(resolve) - 1
    works.push(
      atOnce.run(() => {
        begun.push(index)
        return promise
      }),
    )
  }
  const end = async (index: number) => {
    ends[index]!()
    await works[index]
  }
  for (let work = 0; work < 3; work += 1) start()
  most = 3
  start()
  await end(0)
  expect(begun).toEqual([0, 1, 2, 3])
  most = 2
  start()
  await end(1)
  expect({ begun, waiting: atOnce.waiting() }).toEqual({ begun: [0, 1, 2, 3], waiting: 1 })
  await end(2)
  expect(begun).toEqual([0, 1, 2, 3, 4])
})
