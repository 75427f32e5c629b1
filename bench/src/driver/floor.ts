import { openDatabase } from '@turnpike/api/db/client.ts'
import { factsValues } from '@turnpike/api/repositories/decision-facts.ts'
import { v7 as uuidv7 } from 'uuid'
import type { PlannedRead } from './fleet.ts'
import { type FloorStatement, floorStatements } from './floor-statements.ts'
import type { ReadKind } from './mix.ts'
import type { Target } from './target.ts'

/** What the server stored of one read of a kind: the floor stores the same, so that its rows are as wide. */
export type Samples = Partial<Record<ReadKind, { facts: string; after: string; lines: string | null }>>

/** Straight to Postgres: one prepared statement a read, over as many connections as the server uses. */
export function floorTarget(databaseUrl: string, connections: number, samples: Samples): Target {
  const { pool, close } = openDatabase(databaseUrl, 'floor', () => {}, { connections, planOnce: true })
  const statements = new Map<string, FloorStatement>()

  return {
    async send(read) {
      const { direction } = read.camera
      const name = `${read.kind} ${direction}`
      const statement = statements.get(name) ?? floorStatements[read.kind](direction)
      statements.set(name, statement)
      const { rows } = await pool.query({ name, text: statement.text, values: valuesOf(read, statement, samples) })
      return rows[0]?.done === true ? { again: 0 } : { again: 0, problem: 'did not write what it must' }
    },
    close,
  }
}

function valuesOf({ kind, camera, eventId, plate }: PlannedRead, { values }: FloorStatement, samples: Samples) {
  const sample = samples[kind] as Record<string, string> | undefined
  const ofFacts = factsValues({ cameraId: camera.id, eventId, trackId: null, plate, candidates: [] }, new Date())
  return [...ofFacts, ...values.map((name) => sample?.[name] ?? uuidv7())]
}
