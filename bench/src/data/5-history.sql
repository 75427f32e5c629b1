-- What the last days left behind: of every stay the read at the entry, at the exit, and for half of those who paid one more that said PAY.
create unlogged table bench.events as
select n, kind, vehicle, site, session_at, what, at, 4 * site - 3 + n % 2 + case when what = 'entry' then 0 else 2 end as gate,
  bench.id(at, 10, n * 4 + position) as read_id, bench.id(at, case what when 'entry' then 11 when 'exit' then 12 else 13 end, n) as decision_id,
  bench.id(at, 16, n * 4 + position) as command_id, case when what = 'pay' then 'PAY' else 'ALLOW' end::outcome as outcome
from (
  select n, kind, vehicle, site, opened_at as session_at, 'entry' as what, 0 as position, opened_at as at from bench.stays
  union all
  select n, kind, vehicle, site, opened_at, 'pay', 1, closed_at - interval '6 minutes' from bench.stays where kind = 'paid' and state = 'closed' and n % 2 = 0
  union all
  select n, kind, vehicle, site, opened_at, 'exit', 2, closed_at from bench.stays where state = 'closed'
) e where at > bench.began() - bench.number('history_days') * interval '1 day';

insert into reads (id, site_id, gate_id, camera_id, event_id, raw_plate_id, plate_id, confidence, captured_at, received_at, disposition, decision_id)
select read_id, bench.site_id(site), bench.gate_id(gate), bench.camera_id(gate), 'past-' || read_id, bench.plate_id(vehicle), bench.plate_id(vehicle), 0.97,
  at, at, 'decided', decision_id from bench.events order by at;

insert into read_keys (camera_id, event_id, read_id, decision_id, received_at)
select bench.camera_id(gate), 'past-' || read_id, read_id, decision_id, at from bench.events where at > bench.began() - interval '90 days' order by at;

insert into decisions (id, site_id, gate_id, camera_id, read_id, plate_id, outcome, reason, mode, facts, rules_version, session_id, command_id, created_at)
select decision_id, bench.site_id(site), bench.gate_id(gate), bench.camera_id(gate), read_id, bench.plate_id(vehicle), outcome,
  case what when 'pay' then 'payment_due' when 'entry' then case kind when 'subscriber' then 'subscription' else 'transient_entry' end
    else case kind when 'subscriber' then 'subscription' when 'paid' then 'paid' else 'free_period' end end,
  'normal', facts, 2, bench.id(session_at, 9, n), case when what <> 'pay' then command_id end, at
from bench.events, (select current_setting('bench.facts')::jsonb as facts) f order by at;

insert into commands (id, site_id, gate_id, action, reason, streamed, decision_id, issued_at, expires_at, outcome, outcome_at)
select command_id, bench.site_id(site), bench.gate_id(gate), 'open', 'paid', true, decision_id, at, at + interval '10 seconds', 'executed', at + interval '1 second'
from bench.events where what <> 'pay' order by at;

insert into audit_entries (at, site_id, actor_kind, actor_id, action, subject_kind, subject_id, after, request_id)
select at, bench.site_id(site), 'camera', bench.camera_id(gate)::text, 'decision.made', 'decision', decision_id::text,
  jsonb_build_object('mode', 'normal', 'reason', 'paid', 'outcome', outcome, 'sessionId', bench.id(session_at, 9, n)), read_id::text
from bench.events order by at;

drop table bench.events, bench.stays;
create table bench.made as select bench.began() as at;
