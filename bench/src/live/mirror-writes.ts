import type { Pool } from '@turnpike/local/local-database.ts'

/** Documents that were written in Postgres or pushed to Firestore, which bills each, by kind. */
export type WritesByKind = Record<string, number>
export type MirrorWrites = {
  documents: WritesByKind
  pushes: WritesByKind
  /** Pushes of other sites than those asked for: each is written again every 20 s, whether or not cars come. */
  pushesElsewhere: number
}

/** Has Postgres count what the relay writes, from now on. What is returned says it of some sites since the last call. */
export async function countMirrorWrites(pool: Pool) {
  await pool.query(`
    create schema bench;
    create unlogged table bench.writes (kind text not null, site_id uuid, document boolean not null, push boolean not null);
    create function bench.note() returns trigger language plpgsql security definer as $$
    begin
      insert into bench.writes values (new.kind, new.site_id, new.version > old.version, new.pushed_version > old.pushed_version);
      return null;
    end $$;
    create trigger bench_note after update of version, pushed_version on mirror_documents
      for each row when (new.version > old.version or new.pushed_version > old.pushed_version) execute function bench.note()`)
  return async (siteIds: string[]): Promise<MirrorWrites> => {
    const { rows } = await pool.query<{ kind: string; here: boolean; documents: number; pushes: number }>(
      `with taken as (delete from bench.writes returning *)
       select kind, coalesce(site_id = any($1::uuid[]), false) as here,
         count(*) filter (where document)::int as documents, count(*) filter (where push)::int as pushes
       from taken group by 1, 2`,
      [siteIds],
    )
    const here = rows.filter((row) => row.here)
    return {
      documents: Object.fromEntries(here.map(({ kind, documents }) => [kind, documents])),
      pushes: Object.fromEntries(here.map(({ kind, pushes }) => [kind, pushes])),
      pushesElsewhere: rows.reduce((sum, row) => sum + (row.here ? 0 : row.pushes), 0),
    }
  }
}

/** Waits until the relay has nothing left to do, and says how long that took, in seconds. `besides` are kinds that it may have. */
export async function untilMirrored(pool: Pool, pushes: boolean, besides: string[] = []): Promise<number> {
  const began = performance.now()
  const giveUp = began + 300_000
  for (;;) {
    const { rows } = await pool.query<{ done: boolean }>(
      `select not exists (select from mirror_marks where kind::text <> all ($2))
         and not ($1 and exists (
           select from mirror_documents where pushed_version < version and path is not null and kind::text <> all ($2))) as done`,
      [pushes, besides],
    )
    if (rows[0]!.done) return (performance.now() - began) / 1000
    if (performance.now() > giveUp) throw new Error('The relay did not finish within five minutes')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
