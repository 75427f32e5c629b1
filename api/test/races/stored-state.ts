import type pg from 'pg'

/*
 * What must be true of the rows of a world once everything was answered, each as a query for rows that break it. $1 are the sites,
 * $2 is the newest mark before the world began, $3 are all plates that were read there.
 */
const laws: Record<string, string> = {
  'there are as many places as the capacity, and more only while they are taken': `
    select s.id, s.capacity, count(x.number) as places, count(x.session_id) as taken
    from sites s left join site_slots x on x.site_id = s.id where s.id = any($1)
    group by s.id having count(x.number) <> greatest(s.capacity, count(x.session_id))`,
  'a pool has as many places as its size, and more only while they are taken': `
    select u.id, u.pool_size, count(x.number) as places, count(x.session_id) as taken
    from subscriptions u left join subscription_slots x on x.subscription_id = u.id
    where u.id in (select subscription_id from subscription_sites where site_id = any($1))
    group by u.id having count(x.number) <> greatest(u.pool_size, count(x.session_id))`,
  'a place is held by an open stay at its site': `
    select x.*, y.state from site_slots x join sessions y on y.id = x.session_id
    where x.site_id = any($1) and (y.state <> 'open' or y.site_id <> x.site_id)`,
  'a place of a pool is held by an open stay that its subscription covers': `
    select x.*, y.state from sessions y join subscription_slots x on x.session_id = y.id
    where y.site_id = any($1) and (y.state <> 'open' or y.subscription_id is distinct from x.subscription_id)`,
  'no transaction ever committed a stay with the wrong places': `
    select * from broken_states where site_id = any($1)`,
  'a vehicle has one open stay at a site': `
    select y.site_id, p.plate, count(*) from sessions y join plates p on p.id = y.plate_id
    where y.site_id = any($1) and y.state = 'open' group by 1, 2 having count(*) > 1`,
  'a stay begins with an ALLOW at an entry of its site, and ends with a decision at an exit': `
    select y.id, y.state, e.outcome as entered, x.outcome as "left" from sessions y
    left join decisions e on e.id = y.entry_decision_id left join gates eg on eg.id = e.gate_id
    left join decisions x on x.id = y.exit_decision_id left join gates xg on xg.id = x.gate_id
    where y.site_id = any($1) and (
      e.outcome is distinct from 'ALLOW' or eg.direction is distinct from 'entry' or eg.site_id <> y.site_id or e.session_id <> y.id
      or (y.exit_decision_id is not null and (y.state <> 'closed' or xg.direction is distinct from 'exit' or x.session_id is distinct from y.id))
      or (y.state = 'missed_exit' and not y.needs_review))`,
  'an ALLOW of an entry began a stay': `
    select d.id, d.reason from decisions d join gates g on g.id = d.gate_id and g.direction = 'entry'
    where d.site_id = any($1) and d.outcome = 'ALLOW'
      and not exists (select from sessions y where y.id = d.session_id and y.entry_decision_id = d.id)`,
  'every read has its key and every key its read, with the same decision, or with the wait for a better read': `
    select r.id, r.event_id, r.decision_id, k.decision_id as decision_of_key
    from gates g join cameras c on c.gate_id = g.id join reads r on r.camera_id = c.id
    left join read_keys k on k.camera_id = r.camera_id and k.event_id = r.event_id and k.read_id = r.id
    left join decisions d on d.id = k.decision_id
    where g.site_id = any($1) and (k.read_id is null
      or r.decision_id is distinct from k.decision_id and d.reason is distinct from 'awaiting_better_read')
    union all
    select k.read_id, k.event_id, r.decision_id, k.decision_id
    from gates g join cameras c on c.gate_id = g.id join read_keys k on k.camera_id = c.id left join reads r on r.id = k.read_id
    where g.site_id = any($1) and r.id is null`,
  'every decision has its read, of the same camera, gate and plate': `
    select d.id from decisions d left join reads r on r.id = d.read_id
    where d.site_id = any($1) and (r.id is null or (r.camera_id, r.gate_id, r.plate_id) is distinct from (d.camera_id, d.gate_id, d.plate_id))`,
  'every decision has its one entry in the audit trail': `
    select d.id, count(a.id) from decisions d
    left join audit_entries a on a.subject_kind = 'decision' and a.subject_id = d.id::text and a.action = 'decision.made'
      and a.after ->> 'outcome' = d.outcome::text and a.after ->> 'reason' = d.reason
    where d.site_id = any($1) group by d.id having count(a.id) <> 1`,
  'every decision marked its gate, its stay, and its site where a stay began or ended': `
    with marks as (select kind::text, subject_id, count(*) as marked from mirror_marks where id > $2 group by 1, 2)
    select must.kind, must.subject_id, count(distinct d.id) as decided, max(m.marked) as marked
    from decisions d left join sessions y on y.id = d.session_id and d.id in (y.entry_decision_id, y.exit_decision_id) and d.outcome = 'ALLOW'
    cross join lateral (values ('gate', case when d.mode <> 'history' then d.gate_id end), ('session', d.session_id),
      ('site', case when y.id is not null then d.site_id end)) must (kind, subject_id)
    left join marks m on m.kind = must.kind and m.subject_id = must.subject_id
    where d.site_id = any($1) and must.subject_id is not null
    group by 1, 2 having count(distinct d.id) > coalesce(max(m.marked), 0)`,
  'an open comes from an ALLOW, a payment, or an operator': `
    select c.id, c.reason from commands c left join decisions d on d.id = c.decision_id
    where c.site_id = any($1) and c.action = 'open' and c.payment_id is null and c.operator_id is null
      and (d.outcome is distinct from 'ALLOW' or d.gate_id <> c.gate_id)`,
  'no exit is refused because of the blacklist': `
    select d.id from decisions d join gates g on g.id = d.gate_id where d.site_id = any($1) and d.reason = 'blacklisted' and g.direction = 'exit'`,
  'a payment belongs to the stay that its quote belongs to': `
    select p.id, p.session_id, q.session_id as session_of_quote from payments p join quotes q on q.id = p.quote_id
    where p.site_id = any($1) and p.session_id is distinct from q.session_id`,
  'a stay at a prepaid site was paid for in advance': `
    select y.id, e.reason from sessions y join sites s on s.id = y.site_id join decisions e on e.id = y.entry_decision_id
    where s.id = any($1) and s.unknown_vehicle_policy = 'prepaid' and e.reason in ('prepaid', 'already_inside_flagged')
      and not exists (select from subscription_vehicles v where v.plate_id = y.plate_id)
      and not exists (select from payments p where p.session_id = y.id and p.captured_at <= y.opened_at)`,
  'who paid while he waited at the only exit that asked him, where no loop and no car before him said otherwise, was let out': `
    select y.id, gp.gate_id, gp.decided_at, y.paid_until from gate_passes gp join gates g on g.id = gp.gate_id join sites s on s.id = g.site_id
    join sessions y on y.id = gp.session_id
    where s.id = any($1) and g.direction = 'exit' and g.loop_occupied is null and gp.outcome = 'PAY' and gp.passage_at is null
      and gp.command_id is null and y.state = 'open'
      and y.paid_until - make_interval(secs => s.exit_buffer_seconds) between gp.decided_at
        and gp.decided_at + make_interval(secs => g.wait_seconds - 1)
      and not exists (select from gate_passes other where other.session_id = y.id and other.gate_id <> gp.gate_id)
      and not exists (
        select from reads ahead join decisions before on before.id = ahead.decision_id where ahead.gate_id = gp.gate_id
          and ahead.received_at >= gp.decided_at and ahead.disposition = 'suppressed' and before.created_at < gp.first_read_at)
      and not exists (select from decisions asked where asked.session_id = y.id and asked.gate_id <> gp.gate_id and asked.outcome = 'PAY')`,
  'a stay has one quote of a sum that can be paid at a time': `
    select q.session_id, q.amount_minor, q.priced_at, other.priced_at as other from sessions y join quotes q on q.session_id = y.id
    join quotes other on other.session_id = y.id and other.amount_minor = q.amount_minor and other.id > q.id
    where y.site_id = any($1) and q.paid_at is null and other.priced_at < q.expires_at`,
  'no plate is there without a read, a subscription or a blacklist entry': `
    select p.id, p.raw from plates p where p.plate = any($3)
      and not exists (
        select from gates g join cameras c on c.gate_id = g.id join reads r on r.camera_id = c.id
        where g.site_id = any($1) and p.id in (r.plate_id, r.raw_plate_id))
      and not exists (select from subscription_vehicles v where v.plate_id = p.id)
      and not exists (select from blacklist_entries b where b.plate_id = p.id)`,
}

const all = Object.values(laws)
  .map((sql, n) => `select ${n} as law, row_to_json(broken)::text as found from (${sql}) broken`)
  .join('\nunion all\n')

/** The laws that the rows of these sites break, each with the row that shows it. */
export async function brokenLaws(
  pool: pg.Pool,
  siteIds: string[],
  marksBefore: string,
  plates: string[],
): Promise<string[]> {
  const { rows } = await pool.query({ name: 'laws', text: all, values: [siteIds, marksBefore, plates] })
  return rows.map(({ law, found }) => `not true: ${Object.keys(laws)[law]}: ${found}`)
}
