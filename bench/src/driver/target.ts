import type { PlannedRead } from './fleet.ts'

/**
 * What came of a read. `again`: how often the event had to be sent again. `byPolicy`: it was decided without Postgres, and where its
 * vehicle is nobody knows. `problem`: what is wrong with the answer.
 */
export type Sent = { again: number; byPolicy?: boolean; problem?: string }

/** What a read is sent to: the server that ships, or the floor. */
export type Target = {
  send(read: PlannedRead): Promise<Sent>
  close(): Promise<void>
}
