import type { Pool } from '@turnpike/local/local-database.ts'

/** By kind of document. */
export type WritesByKind = Record<string, number>
export type MirrorWrites = {
  news: WritesByKind
  /** What says nothing new: each site is written again every 20 s, whether or not cars come, so that a screen can tell a dead relay. */
  aliveOnly: number
}

/**
 * Has Postgres count what the relay writes, from now on: what it pushes to Firestore, which bills each, or the documents in Postgres
 * where it pushes none. What is returned says it of the time since the last call.
 */
export async function countMirrorWrites(pool: Pool, pushes: boolean) {
  await pool.query(`
    create schema bench;
    create unlogged table bench.versions (kind mirror_kind, subject_id uuid, version bigint, is_news boolean, primary key (kind, subject_id, version));
    create unlogged table bench.writes (kind text not null, push boolean not null, is_news boolean not null);
    create function bench.note() returns trigger language plpgsql security definer as $$
    declare
      is_news boolean := old.data is null or new.data is null or old.data - '{v,updatedAt}'::text[] <> new.data - '{v,updatedAt}'::text[];
    begin
      if new.version > old.version then
        insert into bench.versions values (new.kind, new.subject_id, new.version, is_news);
        insert into bench.writes values (new.kind, false, is_news);
      end if;
      if new.pushed_version > old.pushed_version then
        insert into bench.writes select new.kind, true, coalesce(bool_or(v.is_news), true) from bench.versions v
          where v.kind = new.kind and v.subject_id = new.subject_id and v.version > old.pushed_version and v.version <= new.pushed_version;
      end if;
      return null;
    end $$;
    create trigger bench_note after update of version, pushed_version on mirror_documents
      for each row when (new.version > old.version or new.pushed_version > old.pushed_version) execute function bench.note()`)
  return async (): Promise<MirrorWrites> => {
    const { rows } = await pool.query<{ kind: string; news: number; alive: number }>(
      `with taken as (delete from bench.writes returning *)
       select kind, count(*) filter (where is_news)::int as news, count(*) filter (where not is_news)::int as alive
       from taken where push = $1 group by 1`,
      [pushes],
    )
    return {
      news: Object.fromEntries(rows.map(({ kind, news }) => [kind, news])),
      aliveOnly: rows.reduce((sum, { alive }) => sum + alive, 0),
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
