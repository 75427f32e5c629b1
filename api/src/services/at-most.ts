/** What `work` resolves with, unless that takes longer than `milliseconds`. It goes on then, and nobody hears of it. */
export async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(milliseconds)), milliseconds)
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export class TookTooLong extends Error {
  constructor(milliseconds: number) {
    super(`it took longer than ${milliseconds} ms`)
    this.name = 'TookTooLong'
  }
}
