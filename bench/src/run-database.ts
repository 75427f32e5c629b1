import { createHash } from 'node:crypto'
import { ensureAppLogin } from '@turnpike/api/db/app-login.ts'
import { asLogin } from '@turnpike/local/local-database.ts'
import { onPool, type Pool } from './database.ts'
import type { Prepared } from './prepare.ts'

/** A fresh copy of the data for this run, in which the stays that are open are as old as they were when the data was made; and how its owner and the server reach it. */
export async function makeRunDatabase({ server, secret }: Prepared) {
  await onPool(server.url(), async (pool) => {
    await pool.query('drop database if exists bench_run with (force)')
    await pool.query('create database bench_run template bench_data strategy file_copy')
  })
  const url = server.url('bench_run')
  await onPool(url, async (pool) => {
    await pool.query(`
      update sessions set opened_at = opened_at + (now() - made.at), paid_until = case when paid_until is not null then now() + interval '1 day' end
      from bench.made where state = 'open'`)
    await pool.query('vacuum (analyze) sessions')
    await pool.query('checkpoint')
  })
  const login = { user: 'turnpike_bench', password: createHash('sha256').update(`${secret} login`).digest('hex') }
  const serverDatabaseUrl = asLogin(url, login)
  await ensureAppLogin(url, serverDatabaseUrl, 'its own')
  return { databaseUrl: url, serverDatabaseUrl }
}

/** Goes on as far as `moveOn` does. So many rows at once change nowhere else: autovacuum would clean up after this while decisions are measured. */
export async function catchUp(pool: Pool) {
  await moveOn(pool)
  await pool.query('vacuum quotes, payments, sessions, commands, mirror_marks')
}

/**
 * What goes on around the measured path while nothing is measured: drivers pay what they were asked for, barriers report that they
 * opened, the relay takes the mirror's marks. None of it is part of a decision.
 */
export async function moveOn(pool: Pool) {
  await pool.query(`
    with due as (
      update quotes q set paid_at = now() from sessions s
      where s.id = q.session_id and s.state = 'open' and q.paid_at is null returning q.id, q.site_id, q.session_id, q.amount_minor
    ), paid as (
      insert into payments (id, site_id, provider, fact_id, quote_id, session_id, amount_minor, currency, captured_at)
      select uuidv7(), site_id, 'stripe', 'pi_' || id, id, session_id, amount_minor, 'EUR', now() from due
    )
    update sessions s set paid_until = now() + interval '1 day', version = version + 1 from due where s.id = due.session_id`)
  await pool.query(`update commands set outcome = 'executed', outcome_at = now() where outcome is null`)
  await pool.query('delete from mirror_marks')
}
