import { eq, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Tx } from '../db/client.ts'
import {
  alerts,
  cameras,
  commands,
  decisions,
  gatePasses,
  gates,
  plates,
  quotes,
  reads,
  sessions,
  sites,
} from '../db/schema.ts'

/* The current state behind each kind of document, read after the documents' versions were taken. */

export async function readSites(tx: Tx, ids: string[]) {
  return tx
    .select({
      id: sites.id,
      name: sites.name,
      timeZone: sites.timeZone,
      currency: sites.currency,
      capacity: sites.capacity,
      // Written out: without a join, drizzle names columns without their table, and `id` would be the session's own.
      inside: sql<number>`(select count(*)::int from sessions s where s.site_id = sites.id and s.state = 'open')`,
      placesTaken: sql<number>`(select count(*)::int from site_slots p where p.site_id = sites.id and p.session_id is not null)`,
      openAlerts: sql<number>`(select count(*)::int from alerts a where a.site_id = sites.id and a.state = 'open')`,
      gates: sql<GateCounts>`(
        select json_build_object('inUse', count(*), 'heldOpen', count(*) filter (where g.barrier_mode = 'held_open'),
          'blocked', count(*) filter (where g.barrier_mode = 'blocked'), 'inFallback', count(*) filter (where d.mode = 'fallback'))
        from gates g left join gate_passes p on p.gate_id = g.id left join decisions d on d.id = p.decision_id
        where g.site_id = sites.id and g.retired_at is null)`,
    })
    .from(sites)
    .where(inArray(sites.id, ids))
}

type GateCounts = { inUse: number; heldOpen: number; blocked: number; inFallback: number }

/** What happened at sites, each from `from` to before `to`, counted as the reports of traffic and revenue do. */
export async function countDays(
  tx: Tx,
  days: { siteId: string; from: Date; to: Date }[],
): Promise<Map<string, DayCounts>> {
  const { rows } = await tx.execute<DayCounts & { siteId: string }>(sql`
    select s."siteId",
      (select count(*)::int from sessions
       where site_id = s."siteId" and opened_at >= s."from" and opened_at < s."to" and state <> 'void') as entries,
      (select count(*)::int from sessions
       where site_id = s."siteId" and closed_at >= s."from" and closed_at < s."to" and state = 'closed') + l.exits as exits,
      l.denials,
      (select coalesce(sum(amount_minor), 0)::float8 from payments
       where site_id = s."siteId" and captured_at >= s."from" and captured_at < s."to") as "revenueMinor"
    from jsonb_to_recordset(${JSON.stringify(days)}::jsonb) as s("siteId" uuid, "from" timestamptz, "to" timestamptz)
    cross join lateral (
      select count(*) filter (where outcome = 'DENY')::int as denials,
        count(*) filter (where outcome = 'ALLOW' and (select session_id is null from decisions where id = i.id))::int as exits
      from (
        select d.id, d.outcome from gates g join decisions d on d.gate_id = g.id
        where g.site_id = s."siteId" and d.created_at >= s."from" and d.created_at < s."to"
          and (d.outcome = 'DENY' and d.mode <> 'history' and d.reason <> 'awaiting_better_read'
            or d.outcome = 'ALLOW' and g.direction = 'exit' and d.reason not in ('paid', 'subscription', 'free_period', 'nothing_owed'))
      ) i
    ) l`)
  return new Map(rows.map(({ siteId, ...counts }) => [siteId, counts]))
}

type DayCounts = { entries: number; exits: number; denials: number; revenueMinor: number }

const lastDecisions = alias(decisions, 'last_decisions')
const lastCommands = alias(commands, 'last_commands')

type ShownClock = { aheadMs: number; jumped: boolean }

export async function readGates(tx: Tx, ids: string[]) {
  return tx
    .select({
      gate: gates,
      pass: gatePasses,
      decision: lastDecisions,
      plate: plates.plate,
      confidence: reads.confidence,
      quote: quotes,
      command: lastCommands,
      lastSeenAt: sql<Date | null>`(
        select max(r.received_at) from ${cameras} c, lateral (
          select received_at from reads where camera_id = c.id order by received_at desc limit 1
        ) r where c.gate_id = ${gates.id})`.mapWith(reads.receivedAt),
      clock: sql<ShownClock | null>`(
        select json_build_object('aheadMs', coalesce(clock_jumped_to_ms, clock_offset_ms), 'jumped', clock_jumped_to_ms is not null)
        from ${cameras} where gate_id = ${gates.id} and revoked_at is null
        order by clock_jumped_to_ms is null, abs(coalesce(clock_jumped_to_ms, clock_offset_ms)) desc, id limit 1)`,
    })
    .from(gates)
    .innerJoin(gatePasses, eq(gatePasses.gateId, gates.id))
    .leftJoin(lastDecisions, eq(lastDecisions.id, gatePasses.decisionId))
    .leftJoin(reads, eq(reads.id, lastDecisions.readId))
    .leftJoin(plates, eq(plates.id, lastDecisions.plateId))
    .leftJoin(quotes, eq(quotes.id, gatePasses.quoteId))
    .leftJoin(
      lastCommands,
      eq(
        lastCommands.id,
        sql`(select id from commands where gate_id = ${gates.id} order by issued_at desc, id desc limit 1)`,
      ),
    )
    .where(inArray(gates.id, ids))
}

export async function readSessions(tx: Tx, ids: string[]) {
  return tx
    .select({ session: sessions, plate: plates.plate })
    .from(sessions)
    .innerJoin(plates, eq(plates.id, sessions.plateId))
    .where(inArray(sessions.id, ids))
}

export async function readAlerts(tx: Tx, ids: string[]) {
  return tx.select().from(alerts).where(inArray(alerts.id, ids))
}
