/**
 * Runs `work` again and again: at once while it says there is more, else after `pauseMs`. A failure is reported and followed by a
 * pause that doubles up to `longestPauseMs`. Returns what stops it, which waits for the run that is under way.
 */
export function repeat(
  work: () => Promise<'more' | 'done'>,
  { pauseMs, longestPauseMs, onError }: { pauseMs: number; longestPauseMs: number; onError: (error: unknown) => void },
): () => Promise<void> {
  let stopped = false
  let wake = () => {}
  // One promise per pause: racing a promise that lives as long as the process would leave a reaction on it each time.
  const wait = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

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
      if (pause > 0 && !stopped) await wait(pause)
    }
  })()
  return async () => {
    stopped = true
    wake()
    await finished
  }
}
