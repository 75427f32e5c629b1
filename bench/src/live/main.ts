import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { localFolder } from '@turnpike/local/local-folder.ts'
import { type RunningStack, startStack } from '../../../e2e/stack.ts'
import { measureLive } from './measure.ts'
import { writeLiveReport } from './report.ts'
import { full, quick } from './sizes.ts'

/*
 * `npm run bench:live` measures how soon a decision is on an operator's screen, on the whole of Turnpike as `npm start` runs it and in a
 * real browser; it ends with 1 when an aim is missed. `npm run bench:live -- --quick` does everything once: whether it works. With
 * `--direct` the screens follow the API's own stream, as in the profile `postgres_only`.
 */

const args = process.argv.slice(2)
if (args.some((arg) => !['--quick', '--direct'].includes(arg))) {
  console.error(`npm run bench:live              measures everything (about ten minutes)
npm run bench:live -- --direct  with the API's own stream instead of Firestore
npm run bench:live -- --quick   does it once`)
  process.exit(2)
}
const isQuick = args.includes('--quick')

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(1))
process.once('disconnect', () => leave(1))

let leaving = false
let stack: RunningStack | undefined
const folder = await mkdtemp(join(tmpdir(), 'turnpike-bench-live-'))
try {
  console.log('The stack starts')
  stack = await startStack(folder, args.includes('--direct') ? 'postgres_only' : 'default')
  const sizes = isQuick ? quick : full
  const measurement = await measureLive(stack, folder, sizes, isQuick, (line) => console.log(line))
  const { file, missed } = await writeLiveReport(measurement, join(localFolder.path, 'bench'))
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
  await stack?.stop()
  await rm(folder, { recursive: true, force: true })
  process.exit(code)
}
