import type { Pool } from '../database.ts'
import type { Driver } from '../driver-process.ts'
import type { Sizes } from '../sizes.ts'

/** What every phase of a measurement works with. */
export type Bench = {
  sizes: Sizes
  databaseUrl: string
  pool: Pool
  postgres: { pid: number; port: number }
  driver: Driver
  /** Where the servers write their logs. */
  logFile: string
  say: (line: string) => void
}
