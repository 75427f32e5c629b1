import { createHash } from 'node:crypto'
import type { Pool } from '../database.ts'
import { type Camera, Fleet, type Vehicles } from './fleet.ts'
import { Queue } from './queue.ts'
import { type Random, shuffle } from './random.ts'

/** What the cameras of the measured data have for keys: `2-places.sql` stores the hashes. */
function cameraKey(secret: string, number: string): string {
  return createHash('sha256').update(`${secret} camera ${number}`).digest('hex')
}

/** Reads from the database who is inside, who may come and through which gates. */
export async function loadFleet(pool: Pool, secret: string, random: Random, name: string): Promise<Fleet> {
  const cameras = await pool.query<Camera & { number: string }>(`
    select c.id, split_part(c.name, ' ', 2) as number, g.site_id as "siteId", g.direction
    from cameras c join gates g on g.id = c.gate_id order by c.id`)
  const inside = await plates(
    pool,
    `
    select s.site_id as site, case when s.subscription_id is not null then 'subscribers' when s.paid_until is not null then 'paid' else 'owing' end as what, p.plate
    from sessions s join plates p on p.id = s.plate_id where s.state = 'open' order by s.opened_at`,
  )
  // One vehicle of each subscription that is valid and has its place free, at one of its sites.
  const subscribers = await plates(
    pool,
    `
    select distinct on (u.id) us.site_id as site, p.plate
    from subscriptions u
    join subscription_slots x on x.subscription_id = u.id and x.session_id is null
    join subscription_sites us on us.subscription_id = u.id
    join subscription_vehicles v on v.subscription_id = u.id
    join plates p on p.id = v.plate_id
    where u.valid_until is null or u.valid_until > now() order by u.id, us.site_id, p.id`,
  )
  const blacklisted = await plates(
    pool,
    `
    select p.plate from blacklist_entries b join plates p on p.id = b.plate_id where b.site_id is null order by b.id`,
  )
  const visitors = await plates(
    pool,
    `
    select p.plate from plates p
    where not exists (select from subscription_vehicles v where v.plate_id = p.id)
      and not exists (select from blacklist_entries b where b.plate_id = p.id)
      and not exists (select from sessions s where s.plate_id = p.id and s.state = 'open') order by p.id`,
  )
  const newcomers = await plates(
    pool,
    `
    select bench.plate(n) as plate from (select count(*) as known from plates) p, generate_series(known + 1, known + 100000) n`,
  )

  const sites = [...new Set(cameras.rows.map(({ siteId }) => siteId))]
  const queueOf = (rows: Plate[]) => new Queue(shuffle(rows, random).map(({ plate }) => plate))
  const vehicles: Vehicles = {
    visitors: queueOf(visitors),
    newcomers: queueOf(newcomers),
    blacklisted: queueOf(blacklisted),
    subscribers: new Map(sites.map((id) => [id, queueOf(subscribers.filter(({ site }) => site === id))])),
    inside: new Map(
      sites.map((id) => {
        const here = inside.filter(({ site }) => site === id)
        const of = (what: string) => queueOf(here.filter((row) => row.what === what))
        return [id, { subscribers: of('subscribers'), paid: of('paid'), owing: of('owing') }]
      }),
    ),
  }
  const known = cameras.rows.map(({ number, ...camera }) => ({ ...camera, key: cameraKey(secret, number) }))
  return new Fleet(known, vehicles, random, name)
}

type Plate = { plate: string; site?: string; what?: string }

async function plates(pool: Pool, sql: string): Promise<Plate[]> {
  return (await pool.query<Plate>(sql)).rows
}
