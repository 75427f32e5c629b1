import type pg from 'pg'
import type { GateDirection } from './decision-facts.ts'
import type { ReadToWrite } from './decision-write.ts'
import { carWaits } from './waiting-car.ts'

/** A stored read that is the newest pass at its gate, by the decision it got. */
export type ReadToDecide = { direction: GateDirection; decisionId: string; read: ReadToWrite }

const select = `
  select g.direction, gp.decision_id as pass_decision_id, r.*, p.plate, p.skeleton, raw.raw
  from gate_passes gp
  join gates g on g.id = gp.gate_id
  join decisions d on d.id = gp.decision_id
  join reads r on r.id = d.read_id
  join plates p on p.id = r.plate_id
  join plates raw on raw.id = r.raw_plate_id`

/** Reads that wait for a better one since `since` or longer. */
export async function listUnsureReads(pool: pg.Pool, since: Date): Promise<ReadToDecide[]> {
  const { rows } = await pool.query({
    name: 'unsure-reads',
    text: `${select}
      where gp.pending and gp.passage_at is null and gp.decided_at <= $1 and p.plate is not null
      order by gp.decided_at`,
    values: [since],
  })
  return rows.map(toReadToDecide)
}

/** Before a car counts as gone: what opens for it must find it waiting. */
const marginSeconds = 5

/** Reads of cars that wait for a review, where their site lets nobody wait any longer. */
export async function listTimedOutReviews(pool: pg.Pool, now: Date): Promise<ReadToDecide[]> {
  const { rows } = await pool.query({
    name: 'timed-out-reviews',
    text: `${select}
      join sites s on s.id = g.site_id
      left join commands c on c.id = gp.command_id
      where d.reason = 'review_required' and s.review_timeout_policy <> 'keep_closed' and p.plate is not null
        and ${carWaits('$1::timestamptz')}
        and gp.decided_at <= $1::timestamptz - make_interval(secs => least(s.review_timeout_seconds, g.wait_seconds - ${marginSeconds}))
      order by gp.decided_at`,
    values: [now],
  })
  return rows.map(toReadToDecide)
}

function toReadToDecide(row: pg.QueryResultRow): ReadToDecide {
  return {
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
      retransmitted: row.retransmitted,
      capturedAt: row.captured_at,
      receivedAt: row.received_at,
      stored: true,
    },
  }
}
