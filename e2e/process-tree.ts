import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { commandLine } from '@turnpike/local/command-line.ts'

export type Process = { pid: number; command: string }

/** A process and everything that it, or what it started, has started. */
export async function listDescendants(pid: number): Promise<Process[]> {
  const parents = process.platform === 'linux' ? await parentsByProc() : await parentsByPs()
  const found = [pid]
  for (const ancestor of found) for (const [child, parent] of parents) if (parent === ancestor) found.push(child)
  return Promise.all(found.map(async (each) => ({ pid: each, command: await commandOf(each) })))
}

/** Those that are still there. A number that belongs to another command by now does not count. */
export async function stillRunning(processes: Process[]): Promise<Process[]> {
  const now = await Promise.all(processes.map(({ pid }) => commandOf(pid)))
  return processes.filter(({ command }, index) => command !== '' && command === now[index])
}

const commandOf = async (pid: number) => (await commandLine(pid)).replaceAll('\0', ' ').trim()

/** Parent by process, without a program that a small image may lack. */
async function parentsByProc(): Promise<[number, number][]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)))
  // "pid (name) state ppid …", and a name may hold anything.
  return stats.flatMap((stat, index) =>
    stat === undefined ? [] : [[Number(pids[index]), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])]],
  )
}

async function parentsByPs(): Promise<[number, number][]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const rows = stdout.trim().split('\n')
  return rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number])
}
