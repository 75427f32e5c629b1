/**
 * Runs `work` again and again: at once while it says there is more, else after `pauseMs`. A failure is reported and followed by a
 * pause that doubles up to `longestPauseMs`. Returns what stops it, which waits for the run that is under way.
 */
export function repeat(
  work: () => Promise<'more' | 'done'>,
  { pauseMs, longestPauseMs, onError }: { pauseMs: number; longestPauseMs: number; onError: (error: unknown) => void },
): () => Promise<void> {
  const stop = Promise.withResolvers<void>()
  let stopped = false
  const finished = (async () => {
    let failures = 0
    while (!stopped) {
      let pause = pauseMs
      try {
        if ((await work()) === 'more') pause = 0
        failures = 0
      } catch (error) {
        onError(error)
        pause = Math.min(Math.max(pauseMs, 100) * 2 ** failures, longestPauseMs)
        failures += 1
      }
      if (pause > 0) await wait(pause, stop.promise)
    }
  })()
  return async () => {
    stopped = true
    stop.resolve()
    await finished
  }
}

async function wait(milliseconds: number, stopped: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([elapsed, stopped])
  clearTimeout(timer)
}
