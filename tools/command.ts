import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

export type CommandResult = { exitCode: number; output: string }

/**
 * Runs a program of `node_modules/.bin` (or of the machine) in `cwd` and resolves with what it printed, uncoloured. A program
 * that asks a question finds no keyboard.
 */
export function runCommand(
  root: string,
  [program, ...args]: [string, ...string[]],
  cwd = root,
): Promise<CommandResult> {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const { FORCE_COLOR: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, PATH: path, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.once('error', (cause) => reject(new Error(`cannot run ${program}: is npm ci done?`, { cause })))
    child.once('close', (code) => {
      resolve({ exitCode: code ?? 1, output: stripVTControlCharacters(Buffer.concat(chunks).toString()).trim() })
    })
  })
}

/** What a command that failed printed, as one problem; none when it ended well. */
export async function commandProblems(root: string, command: [string, ...string[]]): Promise<string[]> {
  const { exitCode, output } = await runCommand(root, command)
  return exitCode === 0 ? [] : [output || `${command.join(' ')} ended with exit code ${exitCode}`]
}
