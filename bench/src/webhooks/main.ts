import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopAllChildren } from '@turnpike/local/child.ts'
import { localFolder } from '@turnpike/local/local-folder.ts'
import { textTable } from '../text-table.ts'
import { measureWebhooks, type WebhookMeasurement } from './measure.ts'

/*
 * `npm run bench:webhooks` measures how soon a provider's webhook has told the barrier to open, and how many are taken in a second, over
 * HTTP, through the function and the API as they ship, on a durable Postgres. It ends with 1 when the promise is not kept. `-- --quick` does it once.
 */

const args = process.argv.slice(2)
if (args.some((arg) => arg !== '--quick')) {
  console.error(
    'npm run bench:webhooks            measures (two minutes)\nnpm run bench:webhooks -- --quick  does it once',
  )
  process.exit(2)
}
const isQuick = args.includes('--quick')
const promisedMs = 500

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => leave(1))
process.once('disconnect', () => leave(1))

let leaving = false
const folder = await mkdtemp(join(tmpdir(), 'turnpike-bench-webhooks-'))
try {
  const sizes = isQuick ? { alone: 5, inFlight: 4, seconds: 1 } : { alone: 300, inFlight: 16, seconds: 20 }
  const measured = await measureWebhooks(sizes, folder, (line) => console.log(line))
  console.log(describe(measured))
  const kept = join(localFolder.path, 'bench')
  await mkdir(kept, { recursive: true })
  const file = join(kept, `webhooks-${measured.at.replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify({ ...measured, quick: isQuick }, null, 2)}\n`)
  console.log(`\nAll figures: ${file}`)
  const isKept = measured.paths.every(({ delivered }) => delivered.p95 <= promisedMs)
  await leave(isQuick || isKept ? 0 : 1)
} catch (error) {
  if (!leaving) console.error(`\n${(error as Error).stack}\n`)
  await leave(1)
}

function describe({ machine, paths }: WebhookMeasurement): string {
  const ms = (value: number) => value.toFixed(1)
  return [
    `\n${machine.cores} cores (${machine.processor}), ${machine.memoryGib} GiB, Node ${machine.node}; load before: ${machine.loadBefore.toFixed(2)}`,
    '\n## From the first byte of the webhook, in milliseconds; and how many are taken with several in flight\n',
    textTable(
      paths.map(({ path, delivered, answered, perSecond, busy }) => ({
        'through the': path,
        'command delivered p50': ms(delivered.p50),
        p95: ms(delivered.p95),
        p99: ms(delivered.p99),
        'answered p95': ms(answered.p95),
        'events/s': perSecond.toFixed(0),
        'then answered p95': ms(busy.p95),
        'p99 then': ms(busy.p99),
      })),
    ),
    `\nPromise: webhook received to command delivered, p95 at most ${promisedMs} ms.`,
  ].join('\n')
}

/** Ends all that was started, in order. */
async function leave(code: number) {
  if (leaving) return
  leaving = true
  await stopAllChildren()
  await rm(folder, { recursive: true, force: true })
  process.exit(code)
}
