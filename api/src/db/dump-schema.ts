import pg from 'pg'

/**
 * The schema of a database as text, in an order that depends on names alone: what migrations really made, to be compared
 * with the committed copy. Read from the catalogue, because the embedded Postgres ships no pg_dump.
 */
export async function dumpSchema(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const parts: string[] = []
    for (const query of [enums, domains, functions, tables, constraints, indexes, triggers, grants]) {
      const { rows } = await client.query<{ line: string }>(query)
      parts.push(rows.map((row) => row.line).join('\n'))
    }
    return `${parts.join('\n\n')}\n`
  } finally {
    await client.end()
  }
}

const enums = `
  select format('create type %I as enum (%s);', t.typname,
    string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)) as line
  from pg_type t join pg_enum e on e.enumtypid = t.oid join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'public' group by t.typname order by t.typname`

const domains = `
  select format('create domain %I as %s %s;', t.typname, format_type(t.typbasetype, t.typtypmod),
    string_agg(pg_get_constraintdef(c.oid), ' ' order by c.conname)) as line
  from pg_type t join pg_constraint c on c.contypid = t.oid join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'public' group by t.oid order by t.typname`

const functions = `
  select pg_get_functiondef(p.oid) || ';' as line from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'public' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by p.proname`

const tables = `
  select format(E'create table %I (\\n%s\\n)%s;', c.relname, string_agg(
    format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      case when a.attidentity <> '' then ' generated always as identity'
        when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end),
    E',\\n' order by a.attnum), ' with (' || array_to_string(c.reloptions, ', ') || ')') as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where n.nspname = 'public' and c.relkind in ('r', 'p') group by c.oid, c.relname order by c.relname`

// 'n' are the not-null constraints that Postgres 18 catalogues: the columns above already say them.
const constraints = `
  select format('alter table %s add constraint %I %s;', r.conrelid::regclass, r.conname, pg_get_constraintdef(r.oid)) as line
  from pg_constraint r join pg_namespace n on n.oid = r.connamespace
  where n.nspname = 'public' and r.contype <> 'n' and r.conrelid <> 0 order by r.conrelid::regclass::text, r.conname`

const indexes = `
  select pg_get_indexdef(i.indexrelid) || ';' as line
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and not exists (select from pg_constraint r where r.conindid = i.indexrelid and r.contype in ('p', 'u', 'x'))
  order by c.relname`

const triggers = `
  select pg_get_triggerdef(t.oid) || ';' as line from pg_trigger t join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and not t.tgisinternal order by c.relname, t.tgname`

const grants = `
  select format('grant %s on %I to %I;', string_agg(lower(a.privilege_type), ', ' order by a.privilege_type), c.relname, r.rolname) as line
  from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
  where n.nspname = 'public' and a.grantee <> c.relowner group by c.relname, r.rolname order by c.relname, r.rolname`
