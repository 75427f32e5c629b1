import type pg from 'pg'
import type { GateDirection } from './decision-facts.ts'
import type { ReadToWrite } from './decision-write.ts'

export type UnsureRead = { direction: GateDirection; decisionId: string; read: ReadToWrite }

/** Reads that wait for a better one since `since` or longer, each the newest pass at its gate. */
export async function listUnsureReads(pool: pg.Pool, since: Date): Promise<UnsureRead[]> {
  const { rows } = await pool.query({
    name: 'unsure-reads',
    text: `
      select g.direction, gp.decision_id as pass_decision_id, r.*, p.plate, p.skeleton, raw.raw
      from gate_passes gp
      join gates g on g.id = gp.gate_id
      join decisions d on d.id = gp.decision_id
      join reads r on r.id = d.read_id
      join plates p on p.id = r.plate_id
      join plates raw on raw.id = r.raw_plate_id
      where gp.pending and gp.passage_at is null and gp.decided_at <= $1 and p.plate is not null
      order by gp.decided_at`,
    values: [since],
  })
  return rows.map((row) => ({
    direction: row.direction,
    decisionId: row.pass_decision_id,
    read: {
      id: row.id,
      cameraId: row.camera_id,
      eventId: row.event_id,
      trackId: row.track_id,
      plate: { raw: row.raw, plate: row.plate, skeleton: row.skeleton },
      plateId: row.plate_id,
      rawPlateId: row.raw_plate_id,
      confidence: row.confidence,
      closesTrack: false,
      retransmitted: false,
      capturedAt: row.captured_at,
      receivedAt: row.received_at,
      stored: true,
    },
  }))
}
