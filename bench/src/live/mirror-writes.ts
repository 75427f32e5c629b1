import type { Pool } from '@turnpike/local/local-database.ts'

/** Documents that were written in Postgres, and what of that was pushed to Firestore. */
export type MirrorWrites = { documents: number; pushes: number; sitePushes: number }

/** Has Postgres count what the relay writes, from now on. */
export async function countMirrorWrites(pool: Pool) {
  await pool.query(`
    create schema bench;
    create unlogged table bench.writes (document boolean not null, push boolean not null, site boolean not null);
    create function bench.note() returns trigger language plpgsql security definer as $$
    begin
      insert into bench.writes
      values (tg_op = 'INSERT' or new.version > old.version, tg_op = 'UPDATE' and new.pushed_version > old.pushed_version, new.kind = 'site');
      return null;
    end $$;
    create trigger bench_note after insert or update of version, pushed_version on mirror_documents
      for each row execute function bench.note()`)
  return async (): Promise<MirrorWrites> => {
    const { rows } = await pool.query<MirrorWrites>(`
      with taken as (delete from bench.writes returning *)
      select count(*) filter (where document)::int as documents, count(*) filter (where push)::int as pushes,
        count(*) filter (where push and site)::int as "sitePushes"
      from taken`)
    return rows[0]!
  }
}

/** Waits until the relay has nothing left to do, and says how long that took, in seconds. */
export async function untilMirrored(pool: Pool, pushes: boolean): Promise<number> {
  const began = performance.now()
  const giveUp = began + 300_000
  for (;;) {
    // Summaries of sites are written again now and then, and count for nothing.
    const { rows } = await pool.query<{ done: boolean }>(
      `select not exists (select from mirror_marks where kind <> 'site')
         and not ($1 and exists (select from mirror_documents where pushed_version < version and path is not null and kind <> 'site')) as done`,
      [pushes],
    )
    if (rows[0]!.done) return (performance.now() - began) / 1000
    if (performance.now() > giveUp) throw new Error('The relay did not finish within five minutes')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
