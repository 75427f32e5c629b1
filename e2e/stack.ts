import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Stack, stack as stackFile } from '@turnpike/contracts/stack.ts'
import { listDescendants, type Process, stillRunning } from './process-tree.ts'

export type RunningStack = Stack & {
  /** Ends it as SIGTERM to `npm start` does. */
  stop(): Promise<Ended>
  /** The process of it that was started with this in its command line. */
  processOf(words: RegExp): Promise<Process>
}

/** How a stack ended: its exit code, what it said last, and which of its processes are there all the same. */
export type Ended = { code: number | null; output: string; left(): Promise<Process[]> }

const root = resolve(import.meta.dirname, '..')
const patienceSeconds = 120

/**
 * Starts what `npm start` runs after its install, on a folder of its own and on free ports, and resolves when it says that it is
 * ready. A folder that was used before keeps its data. It also ends when this process does.
 * @throws Error with what it printed when it ends or does not become ready.
 */
export async function startStack(folder: string, profile: Stack['profile'] | 'default'): Promise<RunningStack> {
  const { DATABASE_URL: _real, PROFILE: _other, ...environment } = process.env
  const child = spawn(process.execPath, ['local/src/start.ts'], {
    cwd: root,
    env: { ...environment, TURNPIKE_LOCAL_DIR: folder, ...(profile !== 'default' && { PROFILE: profile }) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text) => (output += text))

  const giveUp = Date.now() + patienceSeconds * 1000
  while (Date.now() < giveUp && hasNotEnded(child)) {
    const text = await readFile(join(folder, 'stack.json'), 'utf8').catch(() => undefined)
    if (text !== undefined)
      return {
        ...stackFile.parse(JSON.parse(text)),
        stop: () => stop(child, () => output),
        processOf: async (words) => (await listDescendants(child.pid!)).find(({ command }) => words.test(command))!,
      }
    await sleep(50)
  }
  if (hasNotEnded(child)) await stop(child, () => output)
  throw new Error(`The stack was not ready after ${patienceSeconds} s, or ended. It printed:\n${output}`)
}

async function stop(child: ChildProcess, output: () => string): Promise<Ended> {
  const processes = await listDescendants(child.pid!)
  if (hasNotEnded(child)) {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }
  return { code: child.exitCode, output: output(), left: () => stillRunning(processes) }
}

const hasNotEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null
