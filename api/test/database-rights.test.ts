import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CarPark, openCarPark } from './car-park.ts'

let park: CarPark
beforeAll(async () => {
  park = await openCarPark()
})
afterAll(() => park.close())

const owner = (sql: string) => park.testDatabase.pool.query(sql)
const app = (sql: string) => park.database.pool.query(sql)

/** What the processes of the core may do with each table. A new table needs a line here, and grants in its migration. */
const rights: Record<string, string> = {
  adjustments: 'select insert',
  alerts: 'select insert update',
  audit_entries: 'select insert',
  blacklist_entries: 'select insert update',
  camera_clock_hours: 'select insert update delete',
  cameras: 'select insert update',
  commands: 'select insert update',
  decisions: 'select insert',
  disputes: 'select insert update',
  entitlement_changes: 'select insert delete',
  entitlement_rules: 'select update',
  gate_passes: 'select insert update',
  gates: 'select insert update',
  holder_mails: 'select insert update',
  holder_tokens: 'select insert delete',
  journal_entries: 'select insert delete',
  mirror_documents: 'select insert update delete',
  mirror_marks: 'select insert update delete',
  operator_sites: 'select insert delete',
  operators: 'select insert update',
  outbound_calls: 'select insert update delete',
  passages: 'select insert',
  payment_events: 'select insert update',
  payments: 'select insert update',
  plan_sites: 'select insert delete',
  plans: 'select insert update',
  plates: 'select insert update',
  provider_objects: 'select insert update delete',
  quotes: 'select insert update',
  read_keys: 'select insert delete',
  reads: 'select insert',
  reconcile_cursors: 'select insert update',
  receipt_counters: 'select insert update',
  refunds: 'select insert update',
  sessions: 'select insert update',
  site_slots: 'select insert update delete',
  sites: 'select insert update',
  subscription_sites: 'select insert delete',
  subscription_slots: 'select insert update delete',
  subscription_vehicles: 'select insert delete',
  subscriptions: 'select insert update',
  tariffs: 'select insert',
  used_tokens: 'select insert delete',
}

describe('the login of the core’s processes', () => {
  test('has exactly these rights, table by table', async () => {
    const kinds = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain']
    const { rows } = await app(`
      select c.relname as name, string_agg(kind, ' ' order by n) as rights
      from pg_class c, unnest(array['${kinds.join("','")}']) with ordinality as k (kind, n)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
        and has_table_privilege(current_user, c.oid, kind)
      group by c.relname`)
    const { rows: tables } = await owner(`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')`)
    const found = new Map<string, string>(rows.map((row) => [row.name, row.rights]))
    expect(Object.fromEntries(tables.map(({ name }) => [name, found.get(name) ?? 'none']))).toEqual(rights)
  })

  test('has no right on a sequence or another schema beside those, and on these columns: what became of a read', async () => {
    const { rows } = await app(`
      select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attacl is not null
        and c.relnamespace = 'public'::regnamespace
      union all
      select relname from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace
        and has_sequence_privilege(current_user, oid, 'select, usage, update')
      union all
      select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'
        and (has_schema_privilege(current_user, oid, 'create')
          or nspname <> 'public' and has_schema_privilege(current_user, oid, 'usage'))`)
    expect(rows.map((row) => row.name).sort()).toEqual([
      'read_keys.command_id',
      'read_keys.decision_id',
      'reads.decision_id',
      'reads.disposition',
    ])
  })

  test('is an ordinary role that owns nothing and can become nobody else', async () => {
    const { rows } = await app(`
      select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
        (select count(*)::int from pg_class where relowner = r.oid) as owned,
        (select array_agg(m.roleid::regrole::text) from pg_auth_members m where m.member = r.oid) as member_of
      from pg_roles r where rolname = current_user`)
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        owned: 0,
        member_of: ['turnpike_app'],
      },
    ])
  })

  test.each([
    'update audit_entries set reason = null',
    'delete from audit_entries',
    'truncate audit_entries',
    'alter table audit_entries disable trigger all',
    'drop trigger audit_entries_append_only on audit_entries',
    'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$',
    'set session_replication_role = replica',
    'drop table audit_entries',
    'update tariffs set revision = 7',
    'delete from tariffs',
    'update decisions set outcome = outcome',
    'delete from reads',
    'create table mine (id int)',
    'create schema mine',
    `select * from drizzle."__drizzle_migrations"`,
    'set role postgres',
  ])('is refused: %s', async (sql) => {
    await expect(app(sql)).rejects.toMatchObject({ code: '42501' })
  })
})

describe('the audit trail and the tariffs', () => {
  test('refuse a change from their owner, too', async () => {
    await park.site()
    await app(
      `insert into audit_entries (at, actor_kind, action, subject_kind, subject_id) values (now(), 'system', 'a', 'b', 'c')`,
    )
    for (const table of ['audit_entries', 'tariffs'])
      for (const sql of [`update ${table} set id = default`, `delete from ${table}`, `truncate ${table} cascade`])
        await expect(owner(sql), sql).rejects.toThrow(/append-only/)
  })
})
