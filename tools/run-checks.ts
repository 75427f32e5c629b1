/** A check resolves with the problems it found: none means that all is well. What it throws is a problem, too. */
export type Check = { name: string; run(): Promise<string[]> }

export type CheckResult = { name: string; seconds: number; problems: string[] }

/** Runs the checks, at most `lanes` at a time, in the given order: put the slow ones first. */
export async function runChecks(checks: Check[], lanes: number): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const waiting = checks.entries()
  const lane = async () => {
    for (const [index, check] of waiting) results[index] = await runCheck(check)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return results
}

async function runCheck({ name, run }: Check): Promise<CheckResult> {
  const start = performance.now()
  const problems = await run().catch((error) => [error instanceof Error ? describe(error) : String(error)])
  return { name, seconds: (performance.now() - start) / 1000, problems }
}

/** A table of all checks, then what the failed ones found. */
export function report(results: CheckResult[]): string {
  const width = Math.max(...results.map(({ name }) => name.length))
  const table = results.map(({ name, seconds, problems }) => {
    const verdict = problems.length === 0 ? 'ok' : 'FAILED'
    return `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s  ${verdict}`
  })
  const details = results
    .filter(({ problems }) => problems.length > 0)
    .map(({ name, problems }) => `\n--- ${name}\n${problems.join('\n')}`)
  return [...table, ...details].join('\n')
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${error.cause.message}` : ''
  return `${error.stack ?? error.message}${cause}`
}
