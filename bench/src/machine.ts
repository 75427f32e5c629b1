import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { latencyOf } from './driver/latency.ts'

/** What it was measured on: a figure means little without. */
export type Machine = {
  cores: number
  processor: string
  memoryGib: number
  node: string
  /** Of 8 KiB written and forced to the disk that Postgres is on, in milliseconds. */
  fsyncMs: { p50: number; p99: number }
  /** How many processes wanted to run when the bench began: above 1 somebody else was at work. */
  loadBefore: number
}

export function describeMachine(folder: string): Machine {
  const { p50, p99 } = measureFsync(folder)
  return {
    cores: cpus().length,
    processor: cpus()[0]!.model,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    fsyncMs: { p50, p99 },
    loadBefore: loadavg()[0]!,
  }
}

function measureFsync(folder: string) {
  const path = join(folder, 'fsync-test')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(8192, 1)
  const milliseconds = Array.from({ length: 300 }, (_, i) => {
    writeSync(file, page, 0, page.length, i * page.length)
    const began = performance.now()
    fdatasyncSync(file)
    return performance.now() - began
  })
  closeSync(file)
  rmSync(path)
  return latencyOf(milliseconds)
}
