import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '@turnpike/local/local-folder.ts'
import type { Counted, Job, Measured, One, Opened } from './driver/main.ts'

type Answer = { result?: unknown; error?: string }
type ResultOf<J extends Job> = J extends { do: 'closed' }
  ? Measured
  : J extends { do: 'open' }
    ? Opened
    : J extends { do: 'count' }
      ? Counted
      : J extends { do: 'one' }
        ? One
        : undefined

export type Driver = {
  pid: number
  /** One job at a time. */
  ask<J extends Job>(job: J): Promise<ResultOf<J>>
  stop(): void
}

/** Starts the process that the cars come from. It ends when we do: its channel closes with us. */
export function startDriver(): Driver {
  // Its garbage collector must not take the processors from what is measured more than it has to.
  const child = spawn(process.execPath, ['--max-semi-space-size=128', join(root, 'bench/src/driver/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  const ended = new Promise<Answer>((resolve) => {
    child.once('exit', (code, signal) => resolve({ error: `the driver ended (${signal ?? `exit code ${code}`})` }))
  })
  return {
    pid: child.pid!,
    async ask(job) {
      const answered = new Promise<Answer>((resolve) => child.once('message', (answer) => resolve(answer as Answer)))
      child.send(job)
      const { result, error } = await Promise.race([answered, ended])
      if (error !== undefined) throw new Error(error)
      return result as never
    },
    stop: () => child.disconnect(),
  }
}
