import { expect, test } from 'vitest'
import { together } from '../src/together.ts'

test('what comes while the work is busy is done next, all at once, and each hears of its own end', async () => {
  const done: string[][] = []
  const ends = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const save = together(async (items: string[]) => {
    const turn = done.push(items) - 1
    await ends[turn]?.promise
  })
  const first = save('a')
  await expect.poll(() => done).toEqual([['a']])
  const [second, third] = [save('b'), save('c')]
  ends[0]!.resolve()
  await first
  await expect.poll(() => done).toEqual([['a'], ['b', 'c']])
  ends[1]!.reject(new Error('full'))
  await expect(second).rejects.toThrow('full')
  await expect(third).rejects.toThrow('full')
  await save('d')
  expect(done).toEqual([['a'], ['b', 'c'], ['d']])
})
