import { planOnceSettings } from '@turnpike/api/db/client.ts'
import type { Pool } from './database.ts'

/**
 * One lookup of the decision path and what serves it. `index` is null where the whole table is read; `expects` is how many rows
 * Postgres thinks it finds at most.
 */
export type Lookup = {
  table: string
  index: string | null
  condition: string
  expects: number
  statements: string[]
  /** Of the table. */
  rows: number
}

/** What is bigger than this must not be read as a whole. */
const smallTable = 5_000

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  Alias?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Plan Rows': number
  Plans?: Plan[]
}

/**
 * How Postgres serves each lookup of these statements, from their generic plans: those that the server's prepared statements run with.
 * `penalise`: plan as if every table were big, for data too small for an index to pay.
 */
export async function listLookups(
  pool: Pool,
  statements: Record<string, string>,
  penalise: boolean,
): Promise<Lookup[]> {
  const found = new Map<string, Lookup>()
  const sizes = await tableSizes(pool)
  await pool.query(planOnceSettings.map((setting) => `set ${setting}`).join('; '))
  if (penalise) await pool.query('set enable_seqscan = off')
  for (const [name, text] of Object.entries(statements)) {
    const { rows } = await pool.query(`explain (generic_plan, format json) ${text}`)
    for (const node of nodesOf(rows[0]['QUERY PLAN'][0].Plan)) {
      const { table, index, condition, expects } = node
      const key = `${table} ${index} ${condition}`
      const lookup = found.get(key) ?? { table, index, condition, expects, statements: [], rows: sizes[table] ?? 0 }
      if (!lookup.statements.includes(name)) lookup.statements.push(name)
      lookup.expects = Math.max(lookup.expects, expects)
      found.set(key, lookup)
    }
  }
  await pool.query('reset all')
  return [...found.values()].sort((a, b) => a.table.localeCompare(b.table))
}

/** The lookups that no index serves though the table is, or would be, too big for that. */
export function unservedLookups(lookups: Lookup[], penalised: boolean): Lookup[] {
  return lookups.filter(({ index, rows }) => index === null && (penalised || rows > smallTable))
}

type Node = Pick<Lookup, 'table' | 'index' | 'condition' | 'expects'>

function nodesOf(plan: Plan): Node[] {
  const below = (plan.Plans ?? []).flatMap(nodesOf)
  const type = plan['Node Type']
  const table = plan['Relation Name']
  if (type === 'Bitmap Heap Scan') {
    // Its index is named by the node below, which does not know the table.
    return below.map((node) => (node.table === '' ? { ...node, table: table! } : node))
  }
  if (type === 'Bitmap Index Scan')
    return [
      { table: '', index: plan['Index Name']!, condition: conditionOf(plan), expects: plan['Plan Rows'] },
      ...below,
    ]
  if (type === 'Tid Scan') return below // of a row that the lookup below it has found
  if (table !== undefined && type.endsWith('Scan') && type !== 'CTE Scan')
    return [
      { table, index: plan['Index Name'] ?? null, condition: conditionOf(plan), expects: plan['Plan Rows'] },
      ...below,
    ]
  return below
}

/** The columns that the index is searched by. */
function conditionOf(plan: Plan): string {
  const columns = [...(plan['Index Cond'] ?? '').matchAll(/\(([a-z_]+)(?:\)::\w+)? [=<>]/g)].map(([, column]) => column)
  return [...new Set(columns)].join(', ')
}

async function tableSizes(pool: Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query('select relname, reltuples::int as rows from pg_class where relkind in ($1, $2)', [
    'r',
    'p',
  ])
  return Object.fromEntries(rows.map(({ relname, rows }) => [relname, rows]))
}
