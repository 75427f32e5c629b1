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
    })
    .from(sites)
    .where(inArray(sites.id, ids))
}

const lastDecisions = alias(decisions, 'last_decisions')
const lastCommands = alias(commands, 'last_commands')

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
    })
    .from(gates)
    .innerJoin(gatePasses, eq(gatePasses.gateId, gates.id))
    .leftJoin(lastDecisions, eq(lastDecisions.id, gatePasses.decisionId))
    .leftJoin(reads, eq(reads.id, lastDecisions.readId))
    .leftJoin(plates, eq(plates.id, lastDecisions.plateId))
    .leftJoin(quotes, eq(quotes.id, gatePasses.quoteId))
    .leftJoin(
      lastCommands,
      eq(lastCommands.id, sql`(select id from commands where gate_id = ${gates.id} order by issued_at desc limit 1)`),
    )
    .where(inArray(gates.id, ids))
}

export async function readDecisions(tx: Tx, ids: string[]) {
  return tx
    .select({ decision: decisions, gateName: gates.name, plate: plates.plate, confidence: reads.confidence })
    .from(decisions)
    .innerJoin(gates, eq(gates.id, decisions.gateId))
    .innerJoin(reads, eq(reads.id, decisions.readId))
    .innerJoin(plates, eq(plates.id, decisions.plateId))
    .where(inArray(decisions.id, ids))
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
