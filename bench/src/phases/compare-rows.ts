import { factsStatements } from '@turnpike/api/repositories/decision-facts.ts'
import type { Samples } from '../driver/floor.ts'
import type { To } from '../driver/main.ts'
import { mix, type ReadKind } from '../driver/mix.ts'
import { type Lookup, listLookups } from '../lookups.ts'
import { differencesBetween, type RowsWritten, rowsWrittenBy } from '../rows-written.ts'
import { startServer, toServer } from '../server-process.ts'
import type { Bench } from './bench.ts'
import { observeKind } from './observe-kind.ts'

export type RowComparison = {
  reads: number
  floor: RowsWritten
  shipped: RowsWritten
  differences: string[]
  problems: string[]
}

const kinds = Object.keys(mix) as ReadKind[]
/** So few at a time that no two of them meet: then how many rows are written is certain. */
const inFlight = 4

/**
 * Sends one read of each kind and then the mix to the server, and the same to the floor. Counts the rows that each writes, lets the
 * floor write what the server wrote, and asks how Postgres serves the server's lookups.
 */
export async function compareRows(bench: Bench): Promise<{ rows: RowComparison; lookups: Lookup[] }> {
  const { pool, driver, serverDatabaseUrl, serverFolder, sizes, penalise } = bench
  const samples: Samples = {}
  const statements: Record<string, string> = {
    'facts (entry)': factsStatements.entry,
    'facts (exit)': factsStatements.exit,
  }
  const problems: string[] = []

  const shipped = await rowsWrittenBy(pool, 'turnpike-gates', async () => {
    const server = await startServer(serverDatabaseUrl, serverFolder)
    for (const kind of kinds) {
      const seen = await observeKind(bench, server, kind)
      samples[kind] = seen.sample
      statements[kind] = seen.statement
      problems.push(...seen.problems)
    }
    await count(toServer(server))
    await server.child.stop()
  })
  await driver.ask({ do: 'samples', samples })
  const floor = await rowsWrittenBy(pool, 'turnpike-floor', async () => {
    const to = { kind: 'floor', connections: inFlight } as const
    for (const kind of kinds) problems.push(...(await driver.ask({ do: 'one', to, kind })).problems)
    await count(to)
  })

  async function count(to: To) {
    problems.push(...(await driver.ask({ do: 'count', to, reads: sizes.checkedReads, inFlight })).problems)
    await driver.ask({ do: 'disconnect' })
  }

  const reads = sizes.checkedReads + kinds.length
  return {
    rows: { reads, floor, shipped, differences: differencesBetween(floor, shipped), problems },
    lookups: await listLookups(pool, statements, penalise),
  }
}
