import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { commandLine } from './command-line.ts'

/**
 * Claims the folder for this process, or names the process that runs on it. A file left by a killed one is taken over.
 * Two at the same instant are settled by the exclusive creation of the file.
 */
export async function claimFolder(lockFile: string): Promise<{ runningPid: number } | undefined> {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o755 })
  const runningPid = await runningStart(lockFile)
  if (runningPid !== undefined) return { runningPid }
  rmSync(lockFile, { force: true })
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
  } catch {
    return { runningPid: readPid(lockFile) ?? 0 }
  }
  process.once('exit', () => {
    if (readPid(lockFile) === process.pid) rmSync(lockFile, { force: true })
  })
  return undefined
}

/** The process that runs a stack on this folder, if there is one. Its number alone could be somebody else's by now. */
export async function runningStart(lockFile: string): Promise<number | undefined> {
  const pid = readPid(lockFile)
  return pid !== undefined && pid !== process.pid && /(local|bench)\/src\/\w+\.ts/.test(await commandLine(pid))
    ? pid
    : undefined
}

function readPid(lockFile: string): number | undefined {
  try {
    const pid = Number(readFileSync(lockFile, 'utf8'))
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}
