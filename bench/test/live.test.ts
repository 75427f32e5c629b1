import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findFirestoreEmulator } from '@turnpike/local/firestore-emulator.ts'
import { root } from '@turnpike/local/local-folder.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LiveMeasurement } from '../src/live/measure.ts'

/** A quick measurement of the whole of Turnpike in a real browser: whether it works, not how fast it is. */
let folder: string
let output = ''
let code: number
let measured: LiveMeasurement

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-bench-test-'))
  const bench = spawn(process.execPath, [join(root, 'bench/src/live/main.ts'), '--quick'], {
    env: { ...process.env, TURNPIKE_LOCAL_DIR: folder, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [bench.stdout, bench.stderr]) stream.on('data', (text) => (output += text))
  ;[code] = await once(bench, 'exit')
  expect(code, output).toBe(0)
  const [file] = await readdir(join(folder, 'bench'))
  measured = JSON.parse(await readFile(join(folder, 'bench', file!), 'utf8'))
}, 240_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a measurement of the screens', () => {
  test('sees every decision that was made, in a time that can be, with few lanes and with many', () => {
    expect(measured.atRates.map(({ lanes }) => lanes)).toEqual([2, 6])
    for (const { decisions, failed, byPolicy, visible } of measured.atRates) {
      expect({ decisions, failed, byPolicy, unseen: visible.unseen }).toEqual({
        decisions: 8,
        failed: 0,
        byPolicy: 0,
        unseen: 0,
      })
      expect(visible.ms.p50).toBeGreaterThan(0)
      expect(visible.ms.max).toBeLessThan(20_000)
    }
  })

  test('counts what is written for a decision: its gate, its stay, and the summary of the site at times', () => {
    expect(measured.pushes).toBe(findFirestoreEmulator() !== undefined)
    for (const { writesPerDecision, writesByKind } of measured.atRates) {
      expect(writesByKind.session).toBeGreaterThan(0)
      expect(writesByKind.session).toBeLessThanOrEqual(1)
      expect(writesByKind.gate).toBeGreaterThan(0)
      expect(writesByKind.gate).toBeLessThanOrEqual(1.25) // that a camera was seen may be a write of its own
      expect(writesByKind.site).toBeGreaterThan(0)
      const all = Object.values(writesByKind).reduce((sum, each) => sum + each, 0)
      expect(writesPerDecision).toBeCloseTo(all)
    }
  })

  test('has a backlog drained, a page loaded with nothing cached, and a wall screen watched', () => {
    expect(measured.backlog).toMatchObject({ marks: 10, documents: 10 })
    const { firstLoad, wall } = measured
    expect(firstLoad.scriptBytes).toBeGreaterThan(100_000)
    expect(firstLoad.scriptBytesWithFirebase).toBeGreaterThan(firstLoad.scriptBytes)
    expect(firstLoad.liveMs).toBeGreaterThanOrEqual(firstLoad.firstLaneMs)
    expect(wall).toMatchObject({ lanes: 6, visible: { seen: 12, unseen: 0 } })
    expect(wall.frames.drawn).toBeGreaterThan(10)
    expect(wall.memory.map(({ second }) => second)).toEqual([1, 2, 3])
    for (const { heapMb, nodes } of wall.memory) expect([heapMb > 1, nodes > 100]).toEqual([true, true])
  })

  test('is printed, and leaves nothing behind but its report', async () => {
    for (const heading of ['painted card', 'Backlog', 'First load', 'wall screen']) expect(output).toContain(heading)
    // Vite keeps what it has compiled, if it lives long enough.
    expect((await readdir(folder)).filter((name) => name !== 'node-compile-cache')).toEqual(['bench'])
  })
})
