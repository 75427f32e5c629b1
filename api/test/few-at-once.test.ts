import { expect, test } from 'vitest'
import { fewAtOnce } from '../src/services/few-at-once.ts'

test('as many as may run at once, the next one when one has ended, in the order in which they came', async () => {
  const atOnce = fewAtOnce(2)
  const begun: number[] = []
  const ends = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const works = ends.map(({ promise }, index) =>
    atOnce(() => {
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
  const atOnce = fewAtOnce(1)
  const failed = atOnce(() => Promise.reject(new Error('no')))
  const next = atOnce(async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('done')
  expect(await atOnce(async () => 'free again')).toBe('free again')
})
