import type { Pool } from '../database.ts'
import type { Driver } from '../driver-process.ts'
import type { Sizes } from '../sizes.ts'

/** What every phase of a measurement works with. */
export type Bench = {
  sizes: Sizes
  /** As the server connects: a login that owns nothing. */
  serverDatabaseUrl: string
  pool: Pool
  postgresPid: number
  cores: number
  /** Plans are asked for as if every table were big: the data is too small for an index to pay. */
  penalise: boolean
  driver: Driver
  /** Where the servers keep their log and their journal. */
  serverFolder: string
  say: (line: string) => void
}
