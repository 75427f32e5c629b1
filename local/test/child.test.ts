import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startChild, untilReady } from '../src/child.ts'
import { commandLine } from '../src/command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-child-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const script = (code: string) => ({ command: process.execPath, args: ['-e', code] })

describe('a process that we start', () => {
  test('ends with us even when we are killed without a chance to stop it', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { startChild } from ${JSON.stringify(join(import.meta.dirname, '../src/child.ts'))}
         const child = await startChild({ name: 'idle', command: 'sleep', args: ['600'], logFile: ${JSON.stringify(join(folder, 'log'))} })
         console.log(child.pid)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const [line] = await once(parent.stdout, 'data')
    const pid = Number(line)
    expect(await commandLine(pid)).toContain('sleep')
    parent.kill('SIGKILL')
    await vi.waitFor(async () => expect(await commandLine(pid)).toBe(''), { timeout: 5000 })
  })

  test('is killed when it does not listen to its stop signal', async () => {
    const deaf = script("process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)")
    const child = await startChild({ name: 'deaf', ...deaf, logFile: join(folder, 'log'), stopSeconds: 0.2 })
    await untilReady(child, async () => (await readFile(child.logFile, 'utf8')).includes('deaf'))
    await child.stop()
    expect(await child.ended).toBe('SIGKILL')
  })

  test('that ends while it should become ready fails at once, with its last words', async () => {
    const child = await startChild({
      name: 'api',
      ...script("console.error('DATABASE_URL is missing'); process.exit(3)"),
      logFile: join(folder, 'log'),
    })
    await expect(untilReady(child, async () => false)).rejects.toThrow(
      /api ended while starting \(exit code 3\):\nDATABASE_URL is missing/,
    )
  })

  test('that cannot be run is an error that names the command', async () => {
    const missing = { name: 'firestore', command: 'no-such-java', args: [], logFile: join(folder, 'log') }
    await expect(startChild(missing)).rejects.toThrow(/firestore: cannot run no-such-java/)
  })
})
