import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@turnpike/local/local-folder.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Measurement } from '../src/measure.ts'

/** A quick measurement of the server that ships: whether it works, not how fast it is. */
let folder: string
let output = ''
let measured: Measurement & { targets: { what: string; kept: boolean }[] }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-bench-test-'))
  const bench = startBench(folder)
  for (const stream of [bench.stdout, bench.stderr])
    stream.on('data', (text: string) => {
      output += text
    })
  await once(bench, 'exit')
  const [file] = await readdir(join(folder, 'bench'))
  measured = JSON.parse(await readFile(join(folder, 'bench', file!), 'utf8'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a measurement', () => {
  test('is of a Postgres that survives a power cut', () => {
    expect(measured.settings).toMatchObject({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' })
  })

  test('compares floor and server on the same rows: they write the same number to every table', () => {
    expect(measured.rows.differences).toEqual([])
    // Of 209 reads 191 are decided, 9 are further ones of the same vehicles, and 9 are events that were sent before.
    expect(measured.rows.floor.decisions).toEqual({ inserted: 191, updated: 0, deleted: 0 })
    expect(measured.rows.floor.reads).toEqual({ inserted: 200, updated: 0, deleted: 0 })
  })

  test('has every read decided as its vehicle deserves', () => {
    const { rows, rounds, atLoad } = measured
    const all = [...rounds.flatMap(({ floor, shipped }) => [floor, shipped]), ...atLoad, rows]
    expect(all.flatMap((part) => part.problems)).toEqual([])
    expect(rounds.every(({ floor, shipped }) => floor.reads > 0 && shipped.reads > 0)).toBe(true)
  })

  test('names the index that serves each lookup', () => {
    expect(measured.lookups.filter(({ index }) => index === null)).toEqual([])
    const tables = measured.lookups.map(({ table }) => table)
    expect(tables).toEqual(expect.arrayContaining(['plates', 'sessions', 'read_keys', 'site_slots', 'subscriptions']))
  })

  test('is printed with its promises, and leaves nothing behind but its report', async () => {
    for (const { what } of measured.targets) expect(output).toContain(what)
    expect(await readdir(folder)).toEqual(['bench'])
  })
})

test('a measurement that is interrupted ends what it started and takes its data away', async () => {
  const other = await mkdtemp(join(tmpdir(), 'turnpike-bench-test-'))
  const bench = startBench(other)
  let said = ''
  for await (const text of bench.stdout) {
    said += text
    if (said.includes('What floor and server write')) break
  }
  const started = await processesOf(other)
  expect(started.length).toBeGreaterThan(1)
  const exited = once(bench, 'exit')
  bench.kill('SIGINT')
  expect(await exited).toEqual([1, null])
  await vi.waitFor(async () => expect(await processesOf(other)).toEqual([]), { timeout: 5_000 })
  expect(await readdir(other)).toEqual([])
  await rm(other, { recursive: true })
})

function startBench(inFolder: string) {
  const bench = spawn(process.execPath, [join(root, 'bench/src/main.ts'), '--quick'], {
    env: { ...process.env, TURNPIKE_LOCAL_DIR: inFolder, TMPDIR: inFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  bench.stdout.setEncoding('utf8')
  bench.stderr.setEncoding('utf8')
  return bench
}

/** What runs on a folder, as its command line or its environment says. */
async function processesOf(inFolder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const texts = await Promise.all(
    pids.map(async (pid) => {
      const parts = ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''))
      return (await Promise.all(parts)).join('')
    }),
  )
  return pids.filter((_, i) => texts[i]!.includes(inFolder))
}
