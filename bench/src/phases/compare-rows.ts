import { differencesBetween, type RowsWritten, rowsWrittenBy } from '../rows-written.ts'
import { startServer, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'

export type RowComparison = {
  reads: number
  floor: RowsWritten
  shipped: RowsWritten
  differences: string[]
  problems: string[]
}

/** So few at a time that no two of them meet: then how many rows are written is certain. */
const inFlight = 4

/** Sends the same mix to the floor and to the server, and counts the rows that each writes. */
export async function compareRows({
  sizes,
  pool,
  driver,
  serverDatabaseUrl,
  serverFolder,
}: Bench): Promise<RowComparison> {
  const reads = sizes.checkedReads
  const problems: string[] = []
  const toFloor = { kind: 'floor', connections: inFlight } as const

  // Further reads need earlier ones: the first block has fewer of them.
  problems.push(...(await driver.ask({ do: 'count', to: toFloor, reads: 200, inFlight })).problems)
  await driver.ask({ do: 'disconnect' })
  const floor = await rowsWrittenBy(pool, 'turnpike-floor', async () => {
    problems.push(...(await driver.ask({ do: 'count', to: toFloor, reads, inFlight })).problems)
    await driver.ask({ do: 'disconnect' })
  })
  const shipped = await rowsWrittenBy(pool, 'turnpike-gates', async () => {
    const server = await startServer(serverDatabaseUrl, serverFolder)
    problems.push(...(await driver.ask({ do: 'count', to: toServer(server), reads, inFlight })).problems)
    await driver.ask({ do: 'disconnect' })
    await server.child.stop()
  })
  return { reads, floor, shipped, differences: differencesBetween(floor, shipped), problems }
}
