import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process we started: it ends when we say so, and also when we are killed without a chance to say anything. */
export type Child = {
  name: string
  pid: number
  logFile: string
  process: ChildProcess
  /** Settles once the process has ended, with words such as "exit code 1" or "SIGTERM". Never rejects. */
  ended: Promise<string>
  /** Whether somebody called `stop`: an end that nobody asked for is a failure. */
  stopping: boolean
  /** Sends the stop signal, waits, and kills after `stopSeconds`. Resolves once the process has ended. */
  stop(): Promise<void>
}

export type ChildOptions = {
  name: string
  command: string
  args: string[]
  logFile: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  uid?: number
  gid?: number
  stopSignal?: NodeJS.Signals
  stopSeconds?: number
}

const alive = new Set<Child>()
let leaving = false

/**
 * Starts a process with its output appended to `logFile`. It gets its own process group, so that Ctrl-C reaches only us and we stop
 * everything in order.
 * @throws Error when the command cannot be run at all.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, command, args, logFile, stopSignal = 'SIGTERM', stopSeconds = 10 } = options
  if (leaving) throw new Error(`${name} is not started: everything is being stopped`)
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  const stdio: StdioOptions = ['ignore', log, log]
  const started = spawn(command, args, {
    stdio,
    detached: true,
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  })
  closeSync(log)
  const pid = await new Promise<number>((resolve, reject) => {
    started.once('spawn', () => resolve(started.pid!))
    started.once('error', (cause) => reject(new Error(`${name}: cannot run ${command} (${cause.message})`, { cause })))
  })

  const releaseWatch = endWithUs(pid, stopSignal)
  const child: Child = {
    name,
    pid,
    logFile,
    process: started,
    stopping: false,
    ended: new Promise((resolve) => {
      started.once('exit', (code, signal) => {
        alive.delete(child)
        releaseWatch()
        resolve(signal ?? `exit code ${code}`)
      })
    }),
    async stop() {
      child.stopping = true
      if (!alive.has(child)) return
      started.kill(stopSignal)
      const timer = setTimeout(() => started.kill('SIGKILL'), stopSeconds * 1000)
      await child.ended
      clearTimeout(timer)
    },
  }
  alive.add(child)
  return child
}

/**
 * Resolves once `isReady` says so.
 * @throws Error with the child's last words when it ends first, or is not ready in time.
 */
export async function untilReady(child: Child, isReady: () => Promise<boolean>, seconds = 60): Promise<void> {
  let ended: string | undefined
  child.ended.then((how) => {
    ended = how
  })
  const giveUp = Date.now() + seconds * 1000
  while (!(await isReady())) {
    if (ended !== undefined) throw new Error(`${child.name} ended while starting (${ended}):\n${logTail(child)}`)
    if (Date.now() > giveUp) {
      await child.stop()
      throw new Error(`${child.name} was not ready after ${seconds} s:\n${logTail(child)}`)
    }
    await sleep(30)
  }
}

/**
 * Stops whatever is still running, newest first, and lets nothing start any more. For the way out: parts that were only half started
 * have no other owner.
 */
export async function stopAllChildren(): Promise<void> {
  leaving = true
  for (const child of [...alive].reverse()) await child.stop()
}

/** The last lines a child wrote, for an error message. */
export function logTail(child: Child, lines = 30): string {
  return readFileSync(child.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}

/**
 * A shell of 1 MB waits on a pipe that only we hold: when we are gone, however that happened, the pipe closes and it stops the
 * process. A line on the pipe means that the process has ended by itself.
 */
function endWithUs(pid: number, signal: NodeJS.Signals): () => void {
  const script = `read -r ended || { kill -s "$1" "$0"; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$0" || exit 0; sleep 1; done; kill -s KILL "$0"; }`
  const watch = spawn('/bin/sh', ['-c', script, String(pid), signal.slice(3)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watch.unref()
  watch.stdin.on('error', () => {})
  ;(watch.stdin as unknown as { unref(): void }).unref()
  return () => watch.stdin.end('ended\n')
}
