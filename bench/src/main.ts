import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAllChildren } from '@turnpike/local/child.ts'
import { localFolder } from '@turnpike/local/local-folder.ts'
import { measure } from './measure.ts'
import { keptFolder } from './prepare.ts'
import { writeReport } from './report.ts'
import { full, quick } from './sizes.ts'

/*
 * `npm run bench` measures the decision path of the server that ships against the floor and against its promises; it ends with 1 when
 * one of them is not kept. `npm run bench -- --quick` does everything once in seconds, with little data: whether it works, not how fast.
 */

const args = process.argv.slice(2)
if (args.some((arg) => arg !== '--quick')) {
  console.error(
    'npm run bench            measures everything (about ten minutes)\nnpm run bench -- --quick  does it once, in seconds',
  )
  process.exit(2)
}
const isQuick = args.includes('--quick')

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(1))
process.once('disconnect', () => leave(1))

let leaving = false
const kept = join(localFolder.path, 'bench')
const temporary = isQuick ? await mkdtemp(join(tmpdir(), 'turnpike-bench-')) : undefined
try {
  const sizes = isQuick ? quick : full
  const folder = temporary ?? (await keptFolder(sizes, kept))
  const report = await measure(sizes, folder, isQuick, (line) => console.log(line))
  const { file, missed } = await writeReport(report, kept)
  console.log(`\nAll figures: ${file}`)
  await leave(missed.length > 0 ? 1 : 0)
} catch (error) {
  if (!leaving) console.error(`\n${(error as Error).stack}\n`)
  await leave(1)
}

/** Ends all that was started, in order. */
async function leave(code: number) {
  if (leaving) return
  leaving = true
  await stopAllChildren()
  if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
  process.exit(code)
}
