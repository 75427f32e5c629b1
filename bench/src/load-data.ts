import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '@turnpike/api/db/migrate.ts'
import { toPlate } from '@turnpike/api/domain/plate.ts'
import { onPool, type Pool } from './database.ts'
import { sampleFacts } from './sample-facts.ts'
import type { Sizes } from './sizes.ts'

/** Without indexes while they are filled: these grow by hundreds of thousands of rows. */
const filled = ['sessions', 'quotes', 'payments', 'reads', 'read_keys', 'decisions', 'commands', 'audit_entries']

/** Fills an empty database: the newest schema, then the files of `folder` in order, then indexes and statistics. */
export async function loadData(
  databaseUrl: string,
  data: Sizes['data'],
  secret: string,
  folder: string,
  say: (line: string) => void,
) {
  await migrate(databaseUrl)
  await onPool(databaseUrl, async (pool) => {
    const values = { ...data, secret, facts: sampleFacts, began: new Date().toISOString() }
    for (const [name, value] of Object.entries(values))
      await pool.query('select set_config($1, $2, false)', [`bench.${name}`, String(value)])
    // Rows that are made right need no triggers to say so.
    await pool.query('set session_replication_role = replica')
    const restore = await dropIndexes(pool)
    for (const file of readdirSync(folder).sort()) {
      const began = performance.now()
      await pool.query(readFileSync(join(folder, file), 'utf8'))
      say(`  ${file.padEnd(20)} ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s`)
    }
    for (const statement of restore) await pool.query(statement)
    await pool.query('vacuum (analyze, freeze)')
    await expectSkeletons(pool)
  })
}

async function dropIndexes(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query(
    `select indexname, indexdef from pg_indexes
     where schemaname = 'public' and tablename = any($1) and indexname not in (select conname from pg_constraint)`,
    [filled],
  )
  for (const { indexname } of rows) await pool.query(`drop index ${indexname}`)
  return rows.map(({ indexdef }) => indexdef)
}

/** @throws Error where the plates that were made are not what the core makes of them: look-alikes would not be found. */
async function expectSkeletons(pool: Pool) {
  const { rows } = await pool.query('select plate, skeleton from plates order by id limit 2000')
  const wrong = rows.find(({ plate, skeleton }) => toPlate(plate)?.skeleton !== skeleton)
  if (wrong !== undefined)
    throw new Error(`bench.skeleton() makes ${wrong.skeleton} of ${wrong.plate}: see domain/plate.ts`)
}
