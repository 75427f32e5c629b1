import type { CameraFormat } from '@turnpike/contracts/camera-event.ts'
import type { FailPolicy } from '@turnpike/contracts/site.ts'
import { type TariffRules, tariffRules } from '@turnpike/contracts/tariff.ts'
import type pg from 'pg'
import type { Facts, PassFacts, SessionFacts } from '../domain/facts.ts'
import type { Plate } from '../domain/plate.ts'
import { adjustedMinor } from './adjustments.ts'
import { coveredUntil, isEntitledAt } from './entitlement.ts'
import { isQuotePaid, netPaidMinor } from './money-back.ts'
import { seenSince } from './stay-evidence.ts'

/** No vehicle stands before a camera for longer while others pass it; a camera that starts anew counts its tracks again. */
export const trackLivesMs = 10 * 60_000

export type GateDirection = Facts['gate']['direction']

/** What one round trip tells about a read: the facts to decide from, and what the write must find unchanged. */
export type LoadedFacts = {
  facts: Facts
  camera: { version: number; revoked: boolean; format: CameraFormat }
  siteId: string
  gateId: string
  actuation: 'reply' | 'controller'
  onCameraUnsure: FailPolicy
  /** How long a car that was asked to pay may stand at the gate. */
  waitSeconds: number
  /** Rows of `plates` that exist already. */
  plateId: string | null
  rawPlateId: string | null
  /** The decision this event id got before; null with `seenBefore` when the read was stored without one. */
  seenBefore: boolean
  earlierDecisionId: string | null
  /** When it came for the first time. */
  earlierReceivedAt: Date | null
  /** The `open` that it was answered with, where that is not the decision's own. */
  earlierCommandId: string | null
  /** The plate of the stay, or else of the subscription or the blacklist entry, that the read was taken for. */
  matchedPlate: string | null
  /** The read of this event id was decided itself: a repeat of a suppressed one opens nothing. */
  wasDecided: boolean
  passVersion: number
  sessionVersion: number | null
  databaseTime: Date
}

export type ReadToLoad = {
  cameraId: string
  eventId: string
  trackId: string | null
  plate: Plate
  /** What else the camera takes the plate for, normalised: decides between look-alikes. */
  candidates: string[]
  /** Whether another plate may be a read of the same vehicle: the domain's rule. */
  isLike: (other: Pick<Plate, 'plate' | 'skeleton'>) => boolean
}

// The plate among the newest reads of the gate's cameras since the pass began, other than of a vehicle that had its answer before; looked
// for only while it could belong to it. By time
// first: in the order of ids Postgres would walk through what all cameras of all sites have read since.
const readInPass = `(
  here.pass_passage_at is null and here.pass_decided_at > $4::timestamptz - interval '3 minutes' and pl.id is not null and exists (
    select from cameras k cross join lateral (
      select r.plate_id, r.decision_id, r.disposition from reads r where r.camera_id = k.id and r.received_at >= here.pass_first_read_at
        and r.id >= here.pass_first_read_id order by r.received_at desc, r.id desc limit 16
    ) r
    where k.gate_id = here.gate_id and r.plate_id = pl.id and r.disposition <> 'history'
      and exists (select from decisions rd where rd.id = r.decision_id and rd.created_at >= here.pass_first_read_at)))`

// What is the same whatever was read: the camera, its gate and site, and who was there before. One value, `place`, as far as nothing else
// is looked up by it: Postgres describes each column anew at each join above, for every read. With `offset 0` it stays one.
const base = `(
    select g.id as gate_id, g.actuation, s.id as site_id, s.currency, s.quote_valid_seconds,
      gp.version as pass_version, gp.decision_id as pass_decision_id, gp.plate_id as pass_plate_id, gp.decided_at as pass_decided_at,
      gp.passage_at as pass_passage_at, gp.first_read_at as pass_first_read_at, gp.first_read_id as pass_first_read_id, ps.plate_id as pass_session_plate_id,
      (select row_to_json(x) from (select
        c.version as camera_version, c.revoked_at is not null as camera_revoked, c.format, c.clock_offset_ms, c.clock_jumped_to_ms,
        g.direction, g.observed_state = 'closed' as observed_closed, g.min_confidence, g.on_camera_unsure, g.wait_seconds,
        case when g.hold_until <= $4::timestamptz then 'normal' else g.barrier_mode end as barrier_mode,
        s.time_zone, s.unknown_vehicle_policy, s.anti_passback_policy, s.exit_without_session_policy,
        s.max_read_age_seconds, s.pass_window_seconds, s.exit_buffer_seconds, s.plausible_amount_minor,
        s.max_stay_seconds, s.review_timeout_policy,
        case when gp.track_id is not null then (select gp.track_id from decisions pd where pd.id = gp.decision_id and pd.camera_id = c.id) end as pass_track_id,
        pp.plate as pass_plate, pp.skeleton as pass_skeleton, gp.confidence as pass_confidence, gp.pending as pass_pending,
        gp.outcome as pass_outcome, gp.session_id as pass_session_id, ps.state = 'open' as pass_session_open, ps.subscription_id as pass_subscription_id,
        pc.id as pass_command_id,
        case when pc.outcome = 'executed' or not pc.streamed then 'executed' when pc.outcome is null and pc.expires_at > $4::timestamptz then 'live' else 'spent' end
          as pass_command_state
      ) x) as place
    from cameras c
    join gates g on g.id = c.gate_id
    join sites s on s.id = g.site_id
    join gate_passes gp on gp.gate_id = g.id
    left join sessions ps on ps.id = gp.session_id
    left join commands pc on pc.id = gp.command_id
    left join plates pp on pp.id = gp.plate_id
    where c.id = $1::uuid
    offset 0
  ) here`

const columns = `
  clock_timestamp() as database_time,
  here.gate_id, here.actuation, here.site_id, here.currency, here.quote_valid_seconds,
  here.pass_version, here.pass_decision_id, here.pass_plate_id, here.pass_decided_at, here.pass_passage_at, here.pass_first_read_at, here.place,
  (here.pass_plate_id = pl.id or here.pass_session_plate_id = pl.id or ${readInPass}) is true as pass_knows_plate,
  td.id as track_decision_id, td.outcome as track_outcome, ld.id as let_through_decision_id,
  k.camera_id is not null as seen_before, (select r.disposition from reads r where r.id = k.read_id) as earlier_disposition, k.decision_id as earlier_decision_id, k.received_at as earlier_received_at, k.command_id as earlier_command_id,
  pl.id as plate_id, rp.id as raw_plate_id,
  (select m.plate from plates m where m.id = se.plate_id) as session_plate,
  se.id as session_id, se.plate_id as session_plate_id, se.match as session_match, se.tie_broken as session_tie_broken, se.needs_review, se.version as session_version, se.opened_at, se.paid_until, se.subscription_id as session_subscription_id,
  t.id as tariff_id, t.rules as tariff_rules,
  exists (select from site_slots x where x.session_id = se.id) as holds_place,
  exists (select from subscription_slots x where x.session_id = se.id) as holds_pool_place`

const joins = `
  from ${base}
  left join read_keys k on k.camera_id = $1::uuid and k.event_id = $2::text
  left join plates pl on pl.plate = $3::text and pl.raw = $3::text
  left join plates rp on rp.plate = $3::text and rp.raw = $5::text
  left join lateral (
    select d.id, d.outcome from reads r join decisions d on d.id = r.decision_id
    where $8::text is not null and r.camera_id = $1::uuid and r.track_id = $8::text and r.received_at > $4::timestamptz - interval '${trackLivesMs} ms'
    order by r.id desc limit 1
  ) td on true
`

// The decision that let the vehicle through, where another one was read since, nothing was reported to pass, and its open worked or still
// may. With the limit Postgres looks at the pass first, and mostly for nothing else.
const letThroughBy = (decisionId: string) => `
  left join lateral (
    select d.id from decisions d left join commands dc on dc.id = d.command_id
    where here.pass_passage_at is null and here.pass_decided_at > $4::timestamptz - interval '3 minutes' and d.id = ${decisionId}
      and d.gate_id = here.gate_id and d.id <> here.pass_decision_id and d.outcome = 'ALLOW' and d.created_at > $4::timestamptz - interval '3 minutes'
      and (dc.id is null or not dc.streamed or dc.outcome = 'executed' or (dc.outcome is null and dc.expires_at > $4::timestamptz))
      and not exists (select from passages x where x.gate_id = here.gate_id and x.received_at >= d.created_at)
    limit 1
  ) ld on true
`

const tariffAt = (instant: string) => `
  left join lateral (
    select id, rules from tariffs where site_id = here.site_id and valid_from <= ${instant} order by revision desc limit 1
  ) t on true`

// A look-alike fits when its skeleton is equal and exactly one position differs. Of several that fit, the camera's candidates decide.
const looksLike = (plate: string) =>
  `${plate}.skeleton = $6::text and ${plate}.raw = ${plate}.plate and ${plate}.plate <> $3::text
    and length($3::text) between 5 and 11 and differs_in_one_position(${plate}.plate, $3::text)`

const isCandidate = (plate: string) => `${plate}.plate = any($7::text[])`

const sessionColumns = `x.id, x.plate_id, x.version, x.opened_at, x.paid_until, x.subscription_id, x.needs_review, x.site_id,
      x.entry_decision_id`

const openSession = (plateId: string) =>
  `from sessions x where x.site_id = here.site_id and x.plate_id = ${plateId} and x.state = 'open'`

const isBlacklisted = `exists (
      select from blacklist_entries b where b.plate_id = pl.id and (b.site_id is null or b.site_id = here.site_id)
        and b.valid_from <= $4::timestamptz and (b.valid_until is null or b.valid_until > $4::timestamptz)
    )`

// One statement per direction: each loads only what its rules look at.
const entryFacts = `
  select ${columns},
    ${isBlacklisted} as blacklisted,
    exists (
      select from plates bp join blacklist_entries b on b.plate_id = bp.id
      where ${looksLike('bp')} and (b.site_id is null or b.site_id = here.site_id)
        and b.valid_from <= $4::timestamptz and (b.valid_until is null or b.valid_until > $4::timestamptz)
    ) as blacklisted_look_alike,
    su.match is not distinct from 'exact' or exists (select ${openSession('pl.id')}) as own_car,
    exists (select from site_slots x where x.site_id = here.site_id and x.session_id is null) as place_free,
    su.id as subscription_id, su.plate as subscription_plate, su.plate_id as subscription_plate_id, su.match as subscription_match,
    su.tie_broken as subscription_tie_broken, su.pool_place_free,
    su.pool_exhausted_policy, su.exempt_from_capacity,
    (select q.id from quotes q where q.site_id = here.site_id and q.plate_id = pl.id and q.session_id is null and not q.credit
      and q.paid_at > $4::timestamptz - make_interval(secs => here.quote_valid_seconds) and ${isQuotePaid('q')} limit 1) as prepaid_quote_id,
    false as read_at_entry_since, false as read_elsewhere_since, null as covered_until, 0 as paid_minor, 0 as adjusted_minor, null as open_quote_id, 0 as open_quote_minor, null as open_quote_expires_at
  ${joins}
  left join lateral (
    select f.*, f.match = 'look_alike' and not f.alone as tie_broken from (
      select u.id, vp.plate_id, vp.plate, p.pool_exhausted_policy, p.exempt_from_capacity, vp.match, vp.candidate,
        min(vp.plate) filter (where vp.match = 'look_alike') over () = max(vp.plate) filter (where vp.match = 'look_alike') over () as alone,
        min(vp.plate) filter (where vp.candidate) over () = max(vp.plate) filter (where vp.candidate) over () as alone_candidate,
        exists (select from subscription_slots x where x.subscription_id = u.id and x.session_id is null) as pool_place_free
      from (
        select pl.id as plate_id, pl.plate, 'exact' as match, false as candidate where pl.id is not null
        union all
        select lp.id, lp.plate, 'look_alike', ${isCandidate('lp')} from plates lp where ${looksLike('lp')}
      ) vp
      join subscription_vehicles v on v.plate_id = vp.plate_id
      join subscriptions u on u.id = v.subscription_id
      join subscription_sites us on us.subscription_id = u.id and us.site_id = here.site_id
      join plans p on p.id = u.plan_id
      where ${isEntitledAt('u', '$4::timestamptz')}
    ) f order by f.match, f.candidate desc, f.pool_place_free desc, f.id limit 1
  ) su on su.match = 'exact' or su.alone or (su.candidate and su.alone_candidate)
  left join lateral (
    select ${sessionColumns}, coalesce(su.match, 'exact') as match, coalesce(su.tie_broken, false) as tie_broken
    ${openSession('coalesce(su.plate_id, pl.id)')}
  ) se on true
  ${letThroughBy('se.entry_decision_id')}
  ${tariffAt('$4::timestamptz')}`

// What makes a plate a car of its own beside a pass that it looks like. Asked only where there is such a pass.
const couldBeOfPass = `here.pass_decision_id is not null and here.pass_passage_at is null and here.pass_plate_id is distinct from pl.id`
const isSubscribed = `exists (
      select from subscription_vehicles v join subscriptions u on u.id = v.subscription_id
      join subscription_sites us on us.subscription_id = u.id and us.site_id = here.site_id
      where v.plate_id = pl.id and ${isEntitledAt('u', '$4::timestamptz')}
    )`

// Of this very plate, where no stay of it has begun since.
const newestDecision = `(
      select n.id from decisions n where n.plate_id = pl.id and n.mode <> 'history' and se.id is null order by n.id desc nulls last limit 1)`

const exitFacts = `
  select ${columns},
    false as blacklisted, false as blacklisted_look_alike, false as place_free,
    (se.match = 'exact' or (${couldBeOfPass} and (${isBlacklisted} or ${isSubscribed}))) is true as own_car,
    null as subscription_id, null as subscription_plate, null as subscription_plate_id, null as subscription_match,
    null as subscription_tie_broken, false as pool_place_free, null as pool_exhausted_policy, false as exempt_from_capacity,
    null as prepaid_quote_id, seen.at_entry is true as read_at_entry_since, seen.elsewhere is true as read_elsewhere_since,
    ${coveredUntil('u', 'se')} as covered_until,
    ${netPaidMinor('se.id')} as paid_minor, ${adjustedMinor('se.id')} as adjusted_minor,
    oq.id as open_quote_id, oq.amount_minor as open_quote_minor, oq.expires_at as open_quote_expires_at
  ${joins}
  left join lateral (
    select y.* from (
      select ${sessionColumns}, 'exact' as match, false as tie_broken ${openSession('pl.id')}
      union all
      select z.id, z.plate_id, z.version, z.opened_at, z.paid_until, z.subscription_id, z.needs_review, z.site_id, z.entry_decision_id,
        'look_alike' as match, z.fitting > 1 as tie_broken
      from (
        select ${sessionColumns}, ${isCandidate('sp')} as candidate, count(*) over () as fitting,
          count(*) filter (where ${isCandidate('sp')}) over () as fitting_candidates
        from plates sp
        join sessions x on x.site_id = here.site_id and x.plate_id = sp.id and x.state = 'open'
        where ${looksLike('sp')}
      ) z where z.fitting = 1 or (z.candidate and z.fitting_candidates = 1)
    ) y order by y.match limit 1
  ) se on true
  ${letThroughBy(newestDecision)}
  left join lateral (${seenSince('se')}) seen on true
  left join lateral (
    select q.id, q.amount_minor, q.expires_at from quotes q
    where q.session_id = se.id and q.paid_at is null and q.expires_at > $4::timestamptz order by q.expires_at desc limit 1
  ) oq on true
  left join subscriptions u on u.id = se.subscription_id
  ${tariffAt('coalesce(se.opened_at, $4::timestamptz)')}`

/** By direction; their values are those of `factsValues`. */
export const factsStatements: Record<GateDirection, string> = { entry: entryFacts, exit: exitFacts }

/** The row as one value: describing its many columns anew for each read took the client longer than reading them. */
const asJson: Record<GateDirection, string> = { entry: jsonOf(entryFacts), exit: jsonOf(exitFacts) }

function jsonOf(facts: string): string {
  return `select row_to_json(f) as facts from (${facts}) f`
}

/** By column: text, numbers and truth values as they are, instants as text. */
// biome-ignore lint/suspicious/noExplicitAny: what the statement says
type FactsRow = Record<string, any>

export function factsValues(read: Omit<ReadToLoad, 'isLike'>, now: Date): unknown[] {
  const { cameraId, eventId, plate, candidates, trackId } = read
  return [cameraId, eventId, plate.plate, now, plate.raw, plate.skeleton, candidates, trackId]
}

/**
 * First round trip of the decision path. `direction` is what the process remembers of the camera's gate; should it have changed,
 * the camera's version has too, and the caller asks again. Undefined: there is no such camera.
 */
export async function loadFacts(
  pool: pg.Pool,
  direction: GateDirection,
  read: ReadToLoad,
  now: Date,
): Promise<LoadedFacts | undefined> {
  const { rows } = await pool.query({
    name: `facts-${direction}`,
    text: asJson[direction],
    values: factsValues(read, now),
  })
  const row: FactsRow | undefined = rows[0]?.facts
  if (row === undefined) return undefined
  const { place } = row
  return {
    facts: {
      site: {
        timeZone: place.time_zone,
        currency: row.currency,
        unknownVehiclePolicy: place.unknown_vehicle_policy,
        antiPassbackPolicy: place.anti_passback_policy,
        exitWithoutSessionPolicy: place.exit_without_session_policy,
        maxReadAgeSeconds: place.max_read_age_seconds,
        passWindowSeconds: place.pass_window_seconds,
        quoteValidSeconds: row.quote_valid_seconds,
        exitBufferSeconds: place.exit_buffer_seconds,
        plausibleAmountMinor: place.plausible_amount_minor,
        maxStaySeconds: place.max_stay_seconds,
        reviewTimeoutPolicy: place.review_timeout_policy,
        placeFree: row.place_free,
      },
      gate: {
        direction: place.direction,
        barrierMode: place.barrier_mode,
        observedClosed: place.observed_closed === true,
        minConfidence: place.min_confidence,
      },
      clock: {
        offsetMs: place.clock_offset_ms,
        jumpedToMs: place.clock_jumped_to_ms,
      },
      pass: toPass(row, read.isLike),
      track: row.track_decision_id === null ? null : { decisionId: row.track_decision_id, outcome: row.track_outcome },
      letThrough: row.let_through_decision_id === null ? null : { decisionId: row.let_through_decision_id },
      ownCar: row.blacklisted || row.own_car,
      blacklisted: row.blacklisted,
      blacklistedLookAlike: row.blacklisted_look_alike,
      session: toSession(row),
      subscription:
        row.subscription_id === null
          ? null
          : {
              id: row.subscription_id,
              plateId: row.subscription_plate_id,
              match: row.subscription_match,
              tieBroken: row.subscription_tie_broken,
              poolPlaceFree: row.pool_place_free,
              poolExhaustedPolicy: row.pool_exhausted_policy,
              exemptFromCapacity: row.exempt_from_capacity,
            },
      prepaidQuoteId: row.prepaid_quote_id,
      tariff: row.tariff_id === null ? null : { id: row.tariff_id, rules: rulesOf(row.tariff_id, row.tariff_rules) },
    },
    camera: { version: place.camera_version, revoked: place.camera_revoked, format: place.format },
    siteId: row.site_id,
    gateId: row.gate_id,
    actuation: row.actuation,
    onCameraUnsure: place.on_camera_unsure,
    waitSeconds: place.wait_seconds,
    plateId: row.plate_id,
    rawPlateId: row.raw_plate_id,
    seenBefore: row.seen_before,
    earlierDecisionId: row.earlier_decision_id,
    earlierReceivedAt: toDate(row.earlier_received_at),
    earlierCommandId: row.earlier_command_id,
    matchedPlate: row.session_plate ?? row.subscription_plate ?? (row.blacklisted ? read.plate.plate : null),
    wasDecided: row.earlier_disposition === 'decided',
    passVersion: row.pass_version,
    sessionVersion: row.session_version,
    databaseTime: new Date(row.database_time),
  }
}

function toDate(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant)
}

/** A tariff never changes once it is stored; those of every site fit. */
const known = new Map<string, TariffRules>()
const mostKnown = 10_000

function rulesOf(tariffId: string, stored: unknown): TariffRules {
  const rules = known.get(tariffId) ?? tariffRules.parse(stored)
  if (known.size >= mostKnown) known.clear()
  known.set(tariffId, rules)
  return rules
}

function toPass(row: FactsRow, isLike: ReadToLoad['isLike']): PassFacts | null {
  if (row.pass_decision_id === null) return null
  const { place } = row
  return {
    decisionId: row.pass_decision_id,
    plateId: row.pass_plate_id,
    knowsPlate: row.pass_knows_plate,
    alike: place.pass_plate !== null && isLike({ plate: place.pass_plate, skeleton: place.pass_skeleton }),
    trackId: place.pass_track_id,
    confidence: place.pass_confidence,
    pending: place.pass_pending,
    firstReadAt: new Date(row.pass_first_read_at),
    outcome: place.pass_outcome,
    sessionId: place.pass_session_id,
    sessionOpen: place.pass_session_open ?? false,
    subscriptionId: place.pass_subscription_id,
    decidedAt: new Date(row.pass_decided_at),
    passageAt: toDate(row.pass_passage_at),
    command: place.pass_command_id === null ? null : { id: place.pass_command_id, state: place.pass_command_state },
  }
}

function toSession(row: FactsRow): SessionFacts | null {
  if (row.session_id === null) return null
  return {
    id: row.session_id,
    plateId: row.session_plate_id,
    match: row.session_match,
    tieBroken: row.session_tie_broken,
    openedAt: new Date(row.opened_at),
    paidUntil: toDate(row.paid_until),
    paidMinor: row.paid_minor,
    adjustedMinor: row.adjusted_minor,
    subscriptionId: row.session_subscription_id,
    coveredUntil: toDate(row.covered_until),
    holdsPlace: row.holds_place,
    holdsPoolPlace: row.holds_pool_place,
    needsReview: row.needs_review,
    readAtEntrySince: row.read_at_entry_since,
    readElsewhereSince: row.read_elsewhere_since,
    openQuote:
      row.open_quote_id === null
        ? null
        : { id: row.open_quote_id, amountMinor: row.open_quote_minor, expiresAt: new Date(row.open_quote_expires_at) },
  }
}
