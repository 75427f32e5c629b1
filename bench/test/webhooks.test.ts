import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '@turnpike/local/local-folder.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WebhookMeasurement } from '../src/webhooks/measure.ts'

/** A quick measurement of payments: whether it works, not how fast it is. */
let folder: string
let output = ''
let measured: WebhookMeasurement
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnpike-bench-test-'))
  const bench = spawn(process.execPath, [join(root, 'bench/src/webhooks/main.ts'), '--quick'], {
    env: { ...process.env, TURNPIKE_LOCAL_DIR: folder, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [bench.stdout, bench.stderr]) stream.on('data', (text) => (output += text))
  const [code] = await once(bench, 'exit')
  expect(code, output).toBe(0)
  const [file] = await readdir(join(folder, 'bench'))
  measured = JSON.parse(await readFile(join(folder, 'bench', file!), 'utf8'))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a measurement of payments times each way to the barrier on a durable Postgres, and counts what is taken in a second', () => {
  expect(measured.settings).toMatchObject({ fsync: 'on', synchronous_commit: 'on' })
  expect(measured.paths.map(({ path }) => path)).toEqual(['function', 'API alone'])
  for (const { delivered, answered, perSecond, busy } of measured.paths) {
    for (const latency of [delivered, answered, busy]) expect(latency.p50).toBeGreaterThan(0)
    expect(delivered.max).toBeLessThan(20_000)
    expect(perSecond).toBeGreaterThan(1)
  }
})

test('is printed, and leaves nothing behind but its report', async () => {
  for (const heading of ['command delivered p50', 'events/s', 'Promise']) expect(output).toContain(heading)
  expect(await readdir(folder)).toEqual(['bench'])
})
