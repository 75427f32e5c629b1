import { startBarrier } from './barrier.ts'

/*
 * The process that plays every barrier of the demo. Environment: API_URL, and GATES as JSON [{"id", "name", "key"}].
 */
const { API_URL: api, GATES } = process.env
if (!api || !GATES) throw new Error('Set API_URL and GATES, as local/src/start.ts does.')
const gates = JSON.parse(GATES) as { id: string; name: string; key: string }[]

const barriers = gates.map(({ id, name, key }) =>
  startBarrier({ api, gateId: id, key, log: (line) => console.log(`${new Date().toISOString()} ${name}: ${line}`) }),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await Promise.all(barriers.map((barrier) => barrier.stop()))
    process.exit(0)
  })
}
