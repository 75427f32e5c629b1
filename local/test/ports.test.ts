import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { runningFirestore } from '../src/live-source.ts'
import { choosePorts } from '../src/ports.ts'

/** A process that chooses its ports and lives on, as a stack that has not begun to listen. */
async function startChooser(): Promise<number[]> {
  const choose = `
    const { choosePorts } = await import(${JSON.stringify(new URL('../src/ports.ts', import.meta.url).href)})
    console.log(JSON.stringify(Object.values(await choosePorts(() => {}))))
    process.stdin.resume()`
  const chooser = spawn(process.execPath, ['--input-type=module', '-e', choose], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(async () => {
    chooser.stdin.end()
    await once(chooser, 'exit')
  })
  const [chosen] = await once(chooser.stdout, 'data')
  return JSON.parse(String(chosen))
}

test('stacks that start at the same moment get ports of their own, although none of them listens yet', async () => {
  const chosen = await Promise.all(Array.from({ length: 5 }, startChooser))
  const ports = chosen.flat()
  expect(ports).toHaveLength(50)
  expect(new Set(ports).size).toBe(50)
})

test('a port that another program has is passed over, and it is said which', async () => {
  const usual = Array.from({ length: 11 }, (_, block) => 7300 + 10 * block)
  for (const port of usual) {
    const program = createServer().listen(port, '127.0.0.1')
    onTestFinished(() => void program.close())
    await once(program, 'listening').catch(() => {}) // somebody has it already, which is as good
  }
  const said: string[] = []
  const { dashboard } = await choosePorts((line) => said.push(line))
  expect(usual).not.toContain(dashboard)
  expect(said.join()).toMatch(/Port \d+ is taken by another program: dashboard uses \d+ instead/)
})

test('an emulator that is named must be on this machine', () => {
  expect(runningFirestore('127.0.0.1:8080')).toBe(8080)
  expect(runningFirestore('')).toBeUndefined()
  expect(() => runningFirestore('firestore.example:8080')).toThrow('127.0.0.1:8080')
})
