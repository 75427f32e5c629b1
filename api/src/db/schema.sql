create type actor_kind as enum ('camera', 'controller', 'operator', 'driver', 'provider', 'system');
create type actuation as enum ('reply', 'controller');
create type alert_kind as enum ('look_alike_blacklisted', 'exit_without_session', 'session_needs_review', 'tailgated', 'decided_in_fallback', 'refund_during_stay', 'refund_exceeds_payment', 'payment_disputed', 'camera_clock_jumped', 'review_timed_out', 'mirror_document_stuck', 'payment_parked', 'payment_surplus', 'payment_late', 'provider_call_refused');
create type alert_state as enum ('open', 'acknowledged', 'resolved');
create type anti_passback_policy as enum ('flag', 'deny');
create type barrier_mode as enum ('normal', 'held_open', 'blocked');
create type billing_unit as enum ('week', 'month', 'year');
create type camera_format as enum ('turnpike', 'hikvision', 'dahua', 'axis');
create type command_action as enum ('open', 'hold_open', 'block', 'release');
create type command_outcome as enum ('executed', 'failed', 'unknown');
create type decision_mode as enum ('normal', 'fallback', 'history');
create type disposition as enum ('decided', 'suppressed', 'pending', 'history');
create type dispute_state as enum ('open', 'won', 'lost');
create type double_payment_policy as enum ('refund', 'credit');
create type entitled as enum ('yes', 'no', 'until_grace', 'until_period_end');
create type exit_without_session_policy as enum ('open_and_flag', 'deny');
create type fail_policy as enum ('open', 'closed', 'allow_list');
create type gate_direction as enum ('entry', 'exit');
create type match_kind as enum ('exact', 'look_alike');
create type mirror_kind as enum ('site', 'gate', 'decision', 'session', 'payment', 'operator', 'alert');
create type observed_state as enum ('open', 'closed', 'held_by_fire_input', 'fault');
create type operator_role as enum ('viewer', 'operator', 'manager', 'admin');
create type outbound_call_kind as enum ('checkout', 'expire_checkout', 'subscription_checkout', 'refund', 'subscription_action');
create type outbound_call_state as enum ('pending', 'done', 'refused');
create type outcome as enum ('ALLOW', 'DENY', 'PAY');
create type passage_kind as enum ('passed', 'turned_back', 'tailgated', 'unknown');
create type payment_event_state as enum ('applied', 'accepted', 'ignored', 'parked');
create type pool_exhausted_policy as enum ('overflow_to_paying', 'deny');
create type provider_object_kind as enum ('checkout', 'payment', 'refund', 'dispute', 'invoice', 'subscription');
create type refund_state as enum ('pending', 'succeeded', 'failed');
create type review_timeout_policy as enum ('open_and_bill_later', 'keep_closed');
create type session_state as enum ('open', 'closed', 'void', 'missed_exit');
create type subscription_status as enum ('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'cancelled');
create type unknown_vehicle_policy as enum ('transient', 'prepaid', 'subscribers_only');

create domain provider_name as text CHECK ((VALUE ~ '^[a-z][a-z0-9]*$'::text));

CREATE OR REPLACE FUNCTION public.differs_in_one_position(a text, b text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select length(a) = length(b)
    and (select count(*) from generate_series(1, length(a)) i where substr(a, i, 1) <> substr(b, i, 1)) = 1
$function$
;
CREATE OR REPLACE FUNCTION public.give_payments_to_stay()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update payments set session_id = new.session_id where quote_id = new.id and session_id is null;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.guard_failed(guard text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'guard failed: %', guard using errcode = 'TP001', detail = guard;
end $function$
;
CREATE OR REPLACE FUNCTION public.note_entitlement_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into entitlement_changes default values;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.number_receipt()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  with counted as (
    insert into receipt_counters as c (site_id, last) values (new.site_id, 1)
    on conflict (site_id) do update set last = c.last + 1 returning c.last
  )
  update payments set receipt_number = counted.last from counted where id = new.id;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'TP002';
end $function$
;
CREATE OR REPLACE FUNCTION public.remove_surplus_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('site_slots ' || new.site_id, 0));
  if (select count(*) from site_slots where site_id = new.site_id) > (select capacity from sites where id = new.site_id) then
    delete from site_slots where site_id = new.site_id and number = new.number;
  else
    update site_slots set surplus = false where site_id = new.site_id and number = new.number;
  end if;
  return null;
end $function$
;
CREATE OR REPLACE FUNCTION public.remove_surplus_pool_place()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('subscription_slots ' || new.subscription_id, 0));
  if (select count(*) from subscription_slots where subscription_id = new.subscription_id)
      > (select pool_size from subscriptions where id = new.subscription_id) then
    delete from subscription_slots where subscription_id = new.subscription_id and number = new.number;
  else
    update subscription_slots set surplus = false where subscription_id = new.subscription_id and number = new.number;
  end if;
  return null;
end $function$
;

create table adjustments (
  id uuid not null,
  session_id uuid not null,
  amount_minor integer not null,
  reason text not null,
  operator_id uuid not null,
  created_at timestamp with time zone not null default now()
);
create table alerts (
  id uuid not null,
  site_id uuid not null,
  gate_id uuid,
  kind alert_kind not null,
  subject_kind text not null,
  subject_id uuid not null,
  state alert_state not null default 'open'::alert_state,
  raised_at timestamp with time zone not null,
  version bigint not null default 1,
  resolved_at timestamp with time zone
);
create table audit_entries (
  id bigint not null generated always as identity,
  at timestamp with time zone not null,
  site_id uuid,
  actor_kind actor_kind not null,
  actor_id text,
  action text not null,
  subject_kind text not null,
  subject_id text not null,
  before jsonb,
  after jsonb,
  reason text,
  request_id text
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table blacklist_entries (
  id uuid not null,
  plate_id uuid not null,
  site_id uuid,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone,
  reason text not null,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now()
);
create table camera_clock_hours (
  camera_id uuid not null,
  hour timestamp with time zone not null,
  most_ms bigint not null
);
create table cameras (
  id uuid not null,
  gate_id uuid not null,
  name text not null,
  format camera_format not null,
  key_hashes text[] not null,
  direction_map jsonb not null default '{}'::jsonb,
  revoked_at timestamp with time zone,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  digest_hashes jsonb not null default '{}'::jsonb,
  clock_offset_ms bigint not null default 0,
  clock_jumped_to_ms bigint,
  clock_read_id uuid
);
create table commands (
  id uuid not null,
  site_id uuid not null,
  gate_id uuid not null,
  action command_action not null,
  reason text not null,
  streamed boolean not null,
  decision_id uuid,
  payment_id uuid,
  operator_id uuid,
  issued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  hold_until timestamp with time zone,
  outcome command_outcome,
  outcome_at timestamp with time zone,
  detail text
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table decisions (
  id uuid not null,
  site_id uuid not null,
  gate_id uuid not null,
  camera_id uuid not null,
  read_id uuid not null,
  plate_id uuid not null,
  outcome outcome not null,
  reason text not null,
  mode decision_mode not null,
  facts jsonb not null,
  rules_version integer not null,
  matched_plate_id uuid,
  session_id uuid,
  quote_id uuid,
  command_id uuid,
  created_at timestamp with time zone not null,
  match_kind match_kind
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table disputes (
  id uuid not null,
  provider provider_name not null,
  fact_id text not null,
  payment_fact_id text not null,
  payment_id uuid,
  amount_minor integer not null,
  currency text not null,
  occurred_at timestamp with time zone not null,
  state dispute_state not null,
  created_at timestamp with time zone not null default now()
);
create table entitlement_changes (
  id bigint not null generated always as identity,
  created_at timestamp with time zone not null default now()
);
create table entitlement_rules (
  status subscription_status not null,
  collection_paused boolean not null,
  entitled entitled not null
);
create table gate_passes (
  gate_id uuid not null,
  decision_id uuid,
  plate_id uuid,
  track_id text,
  outcome outcome,
  session_id uuid,
  quote_id uuid,
  command_id uuid,
  first_read_at timestamp with time zone,
  decided_at timestamp with time zone,
  passage_at timestamp with time zone,
  version bigint not null default 1,
  confidence real,
  pending boolean not null default false,
  first_read_id uuid
) with (autovacuum_vacuum_threshold=100000, autovacuum_analyze_threshold=100000);
create table gates (
  id uuid not null,
  site_id uuid not null,
  name text not null,
  direction gate_direction not null,
  barrier_mode barrier_mode not null default 'normal'::barrier_mode,
  hold_until timestamp with time zone,
  actuation actuation not null default 'controller'::actuation,
  wait_seconds integer not null default 180,
  observed_state observed_state,
  observed_at timestamp with time zone,
  loop_occupied boolean,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  min_confidence real not null default 0.6,
  on_api_down fail_policy not null,
  on_db_down fail_policy not null,
  on_slow fail_policy not null,
  on_camera_unsure fail_policy not null,
  controller_key_hashes text[] not null,
  retired_at timestamp with time zone
);
create table holder_mails (
  id uuid not null,
  subscription_id uuid not null,
  attempts integer not null default 0,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null default now()
);
create table holder_tokens (
  hash text not null,
  subscription_id uuid not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now()
);
create table journal_entries (
  device_id uuid not null,
  sequence integer not null,
  kind text not null,
  gate_id uuid not null,
  brought_in_at timestamp with time zone not null
);
create table mirror_documents (
  kind mirror_kind not null,
  subject_id uuid not null,
  path text,
  site_id uuid,
  version bigint not null,
  data jsonb,
  written_at timestamp with time zone not null,
  pushed_version bigint not null default 0,
  pushed_at timestamp with time zone,
  push_failures integer not null default 0,
  push_due_at timestamp with time zone
);
create table mirror_marks (
  id bigint not null generated always as identity,
  kind mirror_kind not null,
  subject_id uuid not null,
  created_at timestamp with time zone not null default now(),
  due_at timestamp with time zone,
  failures integer not null default 0
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_vacuum_threshold=100000, autovacuum_analyze_threshold=10000000);
create table operator_sites (
  operator_id uuid not null,
  site_id uuid not null
);
create table operators (
  id uuid not null,
  firebase_uid text not null,
  email text not null,
  name text not null,
  role operator_role not null,
  disabled_at timestamp with time zone,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  signed_in_at timestamp with time zone
);
create table outbound_calls (
  id uuid not null,
  kind outbound_call_kind not null,
  provider provider_name not null,
  idempotency_key text not null,
  subject_id uuid not null,
  request jsonb not null,
  state outbound_call_state not null default 'pending'::outbound_call_state,
  result jsonb,
  detail text,
  attempts integer not null default 0,
  due_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  finished_at timestamp with time zone
);
create table passages (
  id uuid not null,
  site_id uuid not null,
  gate_id uuid not null,
  kind passage_kind not null,
  session_id uuid,
  decision_id uuid,
  occurred_at timestamp with time zone not null,
  received_at timestamp with time zone not null
);
create table payment_events (
  id uuid not null,
  provider provider_name not null,
  event_id text not null,
  event_type text not null,
  state payment_event_state not null,
  change jsonb not null,
  payment_id uuid,
  received_at timestamp with time zone not null
);
create table payments (
  id uuid not null,
  site_id uuid not null,
  provider provider_name not null,
  fact_id text not null,
  quote_id uuid,
  session_id uuid,
  amount_minor integer not null,
  currency text not null,
  captured_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  subscription_id uuid,
  needed_minor integer,
  settled_up_at timestamp with time zone,
  receipt_number integer
);
create table plan_sites (
  plan_id uuid not null,
  site_id uuid not null
);
create table plans (
  id uuid not null,
  name text not null,
  pool_exhausted_policy pool_exhausted_policy not null default 'overflow_to_paying'::pool_exhausted_policy,
  exempt_from_capacity boolean not null default false,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  amount_minor integer,
  currency text,
  period_every integer,
  period_unit billing_unit,
  trial_days integer not null default 0,
  offered_publicly boolean not null default false,
  grace_days integer not null default 7
);
create table plates (
  id uuid not null,
  raw text,
  plate text,
  skeleton text,
  created_at timestamp with time zone not null default now()
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table provider_objects (
  provider provider_name not null,
  kind provider_object_kind not null,
  object_id text not null,
  reference text,
  fetch_seq bigint not null default 0,
  applied_seq bigint not null default 0,
  wanted bigint not null default 1,
  due_at timestamp with time zone,
  failures integer not null default 0,
  fetched_at timestamp with time zone not null default now()
);
create table quotes (
  id uuid not null,
  site_id uuid not null,
  plate_id uuid not null,
  session_id uuid,
  tariff_id uuid not null,
  amount_minor integer not null,
  currency text not null,
  lines jsonb not null,
  charged_from timestamp with time zone not null,
  priced_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  charge_automatically boolean not null default false,
  credit boolean not null default false
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table read_keys (
  camera_id uuid not null,
  event_id text not null,
  read_id uuid not null,
  decision_id uuid,
  received_at timestamp with time zone not null,
  command_id uuid
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table reads (
  id uuid not null,
  site_id uuid not null,
  gate_id uuid not null,
  camera_id uuid not null,
  event_id text not null,
  track_id text,
  raw_plate_id uuid not null,
  plate_id uuid not null,
  confidence real,
  captured_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  disposition disposition not null,
  decision_id uuid,
  retransmitted boolean not null default false
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table receipt_counters (
  site_id uuid not null,
  last integer not null
);
create table reconcile_cursors (
  provider provider_name not null,
  since timestamp with time zone not null
);
create table refunds (
  id uuid not null,
  provider provider_name not null,
  fact_id text not null,
  payment_fact_id text not null,
  payment_id uuid,
  amount_minor integer not null,
  currency text not null,
  occurred_at timestamp with time zone not null,
  state refund_state not null,
  created_at timestamp with time zone not null default now()
);
create table sessions (
  id uuid not null,
  site_id uuid not null,
  plate_id uuid not null,
  state session_state not null default 'open'::session_state,
  subscription_id uuid,
  needs_review boolean not null default false,
  entry_decision_id uuid,
  exit_decision_id uuid,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  paid_until timestamp with time zone,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  corrected_from_plate_id uuid
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000);
create table site_slots (
  site_id uuid not null,
  number integer not null,
  session_id uuid,
  surplus boolean not null default false
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000, autovacuum_vacuum_threshold=100000);
create table sites (
  id uuid not null,
  name text not null,
  time_zone text not null,
  currency text not null,
  capacity integer not null,
  unknown_vehicle_policy unknown_vehicle_policy not null default 'transient'::unknown_vehicle_policy,
  anti_passback_policy anti_passback_policy not null default 'flag'::anti_passback_policy,
  exit_without_session_policy exit_without_session_policy not null default 'open_and_flag'::exit_without_session_policy,
  max_read_age_seconds integer not null default 30,
  pass_window_seconds integer not null default 6,
  quote_valid_seconds integer not null default 900,
  exit_buffer_seconds integer not null default 900,
  plausible_amount_minor integer not null default 20000,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  max_stay_seconds integer not null default 2592000,
  review_timeout_policy review_timeout_policy not null default 'open_and_bill_later'::review_timeout_policy,
  review_timeout_seconds integer not null default 120,
  double_payment_policy double_payment_policy not null default 'refund'::double_payment_policy,
  receipt_issuer text
);
create table subscription_sites (
  subscription_id uuid not null,
  site_id uuid not null
);
create table subscription_slots (
  subscription_id uuid not null,
  number integer not null,
  session_id uuid,
  surplus boolean not null default false
) with (autovacuum_vacuum_insert_threshold=100000, autovacuum_analyze_threshold=100000, autovacuum_vacuum_threshold=100000);
create table subscription_vehicles (
  subscription_id uuid not null,
  plate_id uuid not null
);
create table subscriptions (
  id uuid not null,
  plan_id uuid not null,
  holder text not null,
  valid_from timestamp with time zone not null,
  valid_until timestamp with time zone,
  version bigint not null default 1,
  created_at timestamp with time zone not null default now(),
  pool_size integer not null default 1,
  provider provider_name,
  provider_object_id text,
  email text,
  language text not null default 'en'::text,
  status subscription_status not null default 'active'::subscription_status,
  collection_paused boolean not null default false,
  status_since timestamp with time zone not null default now(),
  grace_until timestamp with time zone,
  current_period_end timestamp with time zone,
  cancel_at_period_end boolean not null default false,
  charged jsonb
);
create table tariffs (
  id uuid not null,
  site_id uuid not null,
  revision integer not null,
  valid_from timestamp with time zone not null,
  rules jsonb not null,
  created_at timestamp with time zone not null default now()
);
create table used_tokens (
  jti text not null,
  expires_at timestamp with time zone not null
);

alter table adjustments add constraint adjustments_not_zero CHECK ((amount_minor <> 0));
alter table adjustments add constraint adjustments_operator_id_operators_id_fk FOREIGN KEY (operator_id) REFERENCES operators(id);
alter table adjustments add constraint adjustments_pkey PRIMARY KEY (id);
alter table adjustments add constraint adjustments_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table alerts add constraint alerts_gate_id_gates_id_fk FOREIGN KEY (gate_id) REFERENCES gates(id);
alter table alerts add constraint alerts_pkey PRIMARY KEY (id);
alter table alerts add constraint alerts_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table audit_entries add constraint audit_entries_pkey PRIMARY KEY (id);
alter table blacklist_entries add constraint blacklist_entries_pkey PRIMARY KEY (id);
alter table blacklist_entries add constraint blacklist_entries_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table blacklist_entries add constraint blacklist_entries_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table blacklist_entries add constraint blacklist_entries_valid_range CHECK (((valid_until IS NULL) OR (valid_until >= valid_from)));
alter table camera_clock_hours add constraint camera_clock_hours_camera_id_cameras_id_fk FOREIGN KEY (camera_id) REFERENCES cameras(id);
alter table camera_clock_hours add constraint camera_clock_hours_camera_id_hour_pk PRIMARY KEY (camera_id, hour);
alter table cameras add constraint cameras_gate_id_gates_id_fk FOREIGN KEY (gate_id) REFERENCES gates(id);
alter table cameras add constraint cameras_one_or_two_keys CHECK (((cardinality(key_hashes) >= 1) AND (cardinality(key_hashes) <= 2)));
alter table cameras add constraint cameras_pkey PRIMARY KEY (id);
alter table commands add constraint commands_expire_later CHECK ((expires_at > issued_at));
alter table commands add constraint commands_gate_id_gates_id_fk FOREIGN KEY (gate_id) REFERENCES gates(id);
alter table commands add constraint commands_operator_id_operators_id_fk FOREIGN KEY (operator_id) REFERENCES operators(id);
alter table commands add constraint commands_outcome_has_time CHECK (((outcome IS NULL) = (outcome_at IS NULL)));
alter table commands add constraint commands_payment_id_payments_id_fk FOREIGN KEY (payment_id) REFERENCES payments(id);
alter table commands add constraint commands_pkey PRIMARY KEY (id);
alter table commands add constraint commands_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table decisions add constraint decisions_matched_plate_id_plates_id_fk FOREIGN KEY (matched_plate_id) REFERENCES plates(id);
alter table decisions add constraint decisions_pkey PRIMARY KEY (id);
alter table decisions add constraint decisions_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table disputes add constraint disputes_amount_positive CHECK ((amount_minor > 0));
alter table disputes add constraint disputes_payment_id_payments_id_fk FOREIGN KEY (payment_id) REFERENCES payments(id);
alter table disputes add constraint disputes_pkey PRIMARY KEY (id);
alter table entitlement_changes add constraint entitlement_changes_pkey PRIMARY KEY (id);
alter table entitlement_rules add constraint entitlement_rules_status_collection_paused_pk PRIMARY KEY (status, collection_paused);
alter table gate_passes add constraint gate_passes_gate_id_gates_id_fk FOREIGN KEY (gate_id) REFERENCES gates(id);
alter table gate_passes add constraint gate_passes_pkey PRIMARY KEY (gate_id);
alter table gate_passes add constraint gate_passes_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table gate_passes add constraint gate_passes_quote_id_quotes_id_fk FOREIGN KEY (quote_id) REFERENCES quotes(id);
alter table gate_passes add constraint gate_passes_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table gates add constraint gates_held_open_expires CHECK (((barrier_mode <> 'held_open'::barrier_mode) OR (hold_until IS NOT NULL)));
alter table gates add constraint gates_min_confidence_range CHECK (((min_confidence >= (0)::double precision) AND (min_confidence <= (1)::double precision)));
alter table gates add constraint gates_one_or_two_keys CHECK (((cardinality(controller_key_hashes) >= 1) AND (cardinality(controller_key_hashes) <= 2)));
alter table gates add constraint gates_pkey PRIMARY KEY (id);
alter table gates add constraint gates_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table gates add constraint gates_wait_positive CHECK ((wait_seconds > 0));
alter table holder_mails add constraint holder_mails_pkey PRIMARY KEY (id);
alter table holder_mails add constraint holder_mails_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table holder_tokens add constraint holder_tokens_pkey PRIMARY KEY (hash);
alter table holder_tokens add constraint holder_tokens_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table journal_entries add constraint journal_entries_device_id_sequence_pk PRIMARY KEY (device_id, sequence);
alter table mirror_documents add constraint mirror_documents_kind_subject_id_pk PRIMARY KEY (kind, subject_id);
alter table mirror_marks add constraint mirror_marks_pkey PRIMARY KEY (id);
alter table operator_sites add constraint operator_sites_operator_id_operators_id_fk FOREIGN KEY (operator_id) REFERENCES operators(id);
alter table operator_sites add constraint operator_sites_operator_id_site_id_pk PRIMARY KEY (operator_id, site_id);
alter table operator_sites add constraint operator_sites_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table operators add constraint operators_pkey PRIMARY KEY (id);
alter table outbound_calls add constraint outbound_calls_pending_is_due CHECK (((state = 'pending'::outbound_call_state) = (due_at IS NOT NULL)));
alter table outbound_calls add constraint outbound_calls_pkey PRIMARY KEY (id);
alter table passages add constraint passages_gate_id_gates_id_fk FOREIGN KEY (gate_id) REFERENCES gates(id);
alter table passages add constraint passages_pkey PRIMARY KEY (id);
alter table passages add constraint passages_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table passages add constraint passages_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table payment_events add constraint payment_events_payment_id_payments_id_fk FOREIGN KEY (payment_id) REFERENCES payments(id);
alter table payment_events add constraint payment_events_pkey PRIMARY KEY (id);
alter table payments add constraint payments_amount_positive CHECK ((amount_minor > 0));
alter table payments add constraint payments_numbered TRIGGER DEFERRABLE INITIALLY DEFERRED;
alter table payments add constraint payments_pkey PRIMARY KEY (id);
alter table payments add constraint payments_quote_id_quotes_id_fk FOREIGN KEY (quote_id) REFERENCES quotes(id);
alter table payments add constraint payments_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table payments add constraint payments_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table payments add constraint payments_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table plan_sites add constraint plan_sites_plan_id_plans_id_fk FOREIGN KEY (plan_id) REFERENCES plans(id);
alter table plan_sites add constraint plan_sites_plan_id_site_id_pk PRIMARY KEY (plan_id, site_id);
alter table plan_sites add constraint plan_sites_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table plans add constraint plans_amount_positive CHECK ((amount_minor > 0));
alter table plans add constraint plans_currency_iso CHECK ((currency ~ '^[A-Z]{3}$'::text));
alter table plans add constraint plans_days_not_negative CHECK (((trial_days >= 0) AND (grace_days >= 0)));
alter table plans add constraint plans_pkey PRIMARY KEY (id);
alter table plans add constraint plans_priced_as_a_whole CHECK ((num_nulls(amount_minor, currency, period_every, period_unit) = ANY (ARRAY[0, 4])));
alter table plans add constraint plans_public_have_price CHECK (((NOT offered_publicly) OR (amount_minor IS NOT NULL)));
alter table plates add constraint plates_erased_as_a_whole CHECK ((((raw IS NULL) = (plate IS NULL)) AND ((raw IS NULL) = (skeleton IS NULL))));
alter table plates add constraint plates_pkey PRIMARY KEY (id);
alter table provider_objects add constraint provider_objects_provider_kind_object_id_pk PRIMARY KEY (provider, kind, object_id);
alter table quotes add constraint quotes_amount_positive CHECK ((amount_minor > 0));
alter table quotes add constraint quotes_pkey PRIMARY KEY (id);
alter table quotes add constraint quotes_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table quotes add constraint quotes_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table quotes add constraint quotes_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table quotes add constraint quotes_tariff_id_tariffs_id_fk FOREIGN KEY (tariff_id) REFERENCES tariffs(id);
alter table read_keys add constraint read_keys_camera_id_cameras_id_fk FOREIGN KEY (camera_id) REFERENCES cameras(id);
alter table read_keys add constraint read_keys_camera_id_event_id_pk PRIMARY KEY (camera_id, event_id);
alter table reads add constraint reads_confidence_range CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision)));
alter table reads add constraint reads_pkey PRIMARY KEY (id);
alter table reads add constraint reads_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table reads add constraint reads_raw_plate_id_plates_id_fk FOREIGN KEY (raw_plate_id) REFERENCES plates(id);
alter table receipt_counters add constraint receipt_counters_pkey PRIMARY KEY (site_id);
alter table receipt_counters add constraint receipt_counters_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table reconcile_cursors add constraint reconcile_cursors_pkey PRIMARY KEY (provider);
alter table refunds add constraint refunds_amount_positive CHECK ((amount_minor > 0));
alter table refunds add constraint refunds_payment_id_payments_id_fk FOREIGN KEY (payment_id) REFERENCES payments(id);
alter table refunds add constraint refunds_pkey PRIMARY KEY (id);
alter table sessions add constraint sessions_corrected_from_plate_id_plates_id_fk FOREIGN KEY (corrected_from_plate_id) REFERENCES plates(id);
alter table sessions add constraint sessions_open_has_no_end CHECK (((state = 'open'::session_state) = (closed_at IS NULL)));
alter table sessions add constraint sessions_pkey PRIMARY KEY (id);
alter table sessions add constraint sessions_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table sessions add constraint sessions_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table sessions add constraint sessions_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table site_slots add constraint site_slots_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table site_slots add constraint site_slots_site_id_number_pk PRIMARY KEY (site_id, number);
alter table site_slots add constraint site_slots_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table sites add constraint sites_capacity_not_negative CHECK ((capacity >= 0));
alter table sites add constraint sites_currency_iso CHECK ((currency ~ '^[A-Z]{3}$'::text));
alter table sites add constraint sites_pkey PRIMARY KEY (id);
alter table sites add constraint sites_plausible_amount_positive CHECK ((plausible_amount_minor > 0));
alter table sites add constraint sites_review_seconds_positive CHECK (((max_stay_seconds > 0) AND (review_timeout_seconds > 0)));
alter table sites add constraint sites_seconds_positive CHECK (((max_read_age_seconds > 0) AND (pass_window_seconds > 0) AND (quote_valid_seconds > 0) AND (exit_buffer_seconds >= 0)));
alter table subscription_sites add constraint subscription_sites_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table subscription_sites add constraint subscription_sites_subscription_id_site_id_pk PRIMARY KEY (subscription_id, site_id);
alter table subscription_sites add constraint subscription_sites_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table subscription_slots add constraint subscription_slots_session_id_sessions_id_fk FOREIGN KEY (session_id) REFERENCES sessions(id);
alter table subscription_slots add constraint subscription_slots_subscription_id_number_pk PRIMARY KEY (subscription_id, number);
alter table subscription_slots add constraint subscription_slots_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table subscription_vehicles add constraint subscription_vehicles_plate_id_plates_id_fk FOREIGN KEY (plate_id) REFERENCES plates(id);
alter table subscription_vehicles add constraint subscription_vehicles_subscription_id_plate_id_pk PRIMARY KEY (subscription_id, plate_id);
alter table subscription_vehicles add constraint subscription_vehicles_subscription_id_subscriptions_id_fk FOREIGN KEY (subscription_id) REFERENCES subscriptions(id);
alter table subscriptions add constraint subscriptions_object_has_provider CHECK (((provider_object_id IS NULL) OR (provider IS NOT NULL)));
alter table subscriptions add constraint subscriptions_pkey PRIMARY KEY (id);
alter table subscriptions add constraint subscriptions_plan_id_plans_id_fk FOREIGN KEY (plan_id) REFERENCES plans(id);
alter table subscriptions add constraint subscriptions_pool_size_positive CHECK ((pool_size > 0));
alter table subscriptions add constraint subscriptions_valid_range CHECK (((valid_until IS NULL) OR (valid_until >= valid_from)));
alter table tariffs add constraint tariffs_pkey PRIMARY KEY (id);
alter table tariffs add constraint tariffs_site_id_sites_id_fk FOREIGN KEY (site_id) REFERENCES sites(id);
alter table used_tokens add constraint used_tokens_pkey PRIMARY KEY (jti);

CREATE INDEX adjustments_session ON public.adjustments USING btree (session_id);
CREATE UNIQUE INDEX alerts_one_unresolved ON public.alerts USING btree (kind, subject_id) WHERE (state <> 'resolved'::alert_state);
CREATE INDEX alerts_site_newest ON public.alerts USING btree (site_id, raised_at, id);
CREATE INDEX audit_entries_site_newest ON public.audit_entries USING btree (site_id, at, id);
CREATE INDEX audit_entries_subject ON public.audit_entries USING btree (subject_kind, subject_id);
CREATE INDEX blacklist_entries_plate ON public.blacklist_entries USING btree (plate_id);
CREATE INDEX cameras_gate ON public.cameras USING btree (gate_id);
CREATE INDEX commands_gate_newest ON public.commands USING btree (gate_id, issued_at);
CREATE INDEX commands_pending ON public.commands USING btree (gate_id, issued_at) WHERE (outcome IS NULL);
CREATE INDEX decisions_gate_newest ON public.decisions USING btree (gate_id, created_at, id, outcome, reason, mode);
CREATE INDEX decisions_plate_newest ON public.decisions USING btree (plate_id, id DESC NULLS LAST);
CREATE INDEX decisions_session ON public.decisions USING btree (session_id) WHERE (session_id IS NOT NULL);
CREATE INDEX disputes_before_payment ON public.disputes USING btree (provider, payment_fact_id) WHERE (payment_id IS NULL);
CREATE UNIQUE INDEX disputes_fact ON public.disputes USING btree (provider, fact_id);
CREATE INDEX disputes_payment ON public.disputes USING btree (payment_id);
CREATE INDEX gates_site ON public.gates USING btree (site_id);
CREATE INDEX holder_mails_due ON public.holder_mails USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX holder_tokens_expiry ON public.holder_tokens USING btree (expires_at);
CREATE INDEX mirror_documents_next_push ON public.mirror_documents USING btree (((kind = 'operator'::mirror_kind)) DESC, ((kind = ANY (ARRAY['site'::mirror_kind, 'gate'::mirror_kind]))) DESC, written_at) WHERE (pushed_version < version);
CREATE UNIQUE INDEX mirror_documents_path ON public.mirror_documents USING btree (path);
CREATE INDEX mirror_documents_refused ON public.mirror_documents USING btree (kind, subject_id) WHERE (push_failures > 0);
CREATE INDEX mirror_documents_site ON public.mirror_documents USING btree (site_id);
CREATE INDEX mirror_documents_written ON public.mirror_documents USING btree (written_at);
CREATE INDEX mirror_marks_operators ON public.mirror_marks USING btree (id) WHERE (kind = 'operator'::mirror_kind);
CREATE INDEX mirror_marks_set_aside ON public.mirror_marks USING btree (kind, subject_id) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX operators_email ON public.operators USING btree (email);
CREATE UNIQUE INDEX operators_firebase_uid ON public.operators USING btree (firebase_uid);
CREATE INDEX outbound_calls_due ON public.outbound_calls USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX outbound_calls_finished ON public.outbound_calls USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE UNIQUE INDEX outbound_calls_key ON public.outbound_calls USING btree (idempotency_key);
CREATE INDEX outbound_calls_subject ON public.outbound_calls USING btree (subject_id);
CREATE INDEX passages_received ON public.passages USING btree (gate_id, received_at);
CREATE UNIQUE INDEX passages_reported_once ON public.passages USING btree (gate_id, occurred_at, kind);
CREATE INDEX passages_session ON public.passages USING btree (session_id);
CREATE INDEX payment_events_accepted ON public.payment_events USING btree (provider, ((change ->> 'objectId'::text))) WHERE (state = 'accepted'::payment_event_state);
CREATE INDEX payment_events_parked ON public.payment_events USING btree (received_at, id) WHERE (state = 'parked'::payment_event_state);
CREATE UNIQUE INDEX payment_events_provider_event ON public.payment_events USING btree (provider, event_id);
CREATE INDEX payments_credit ON public.payments USING btree (quote_id) WHERE ((session_id IS NULL) AND (quote_id IS NOT NULL));
CREATE UNIQUE INDEX payments_fact ON public.payments USING btree (provider, fact_id);
CREATE INDEX payments_quote ON public.payments USING btree (quote_id);
CREATE UNIQUE INDEX payments_receipt_number ON public.payments USING btree (site_id, receipt_number);
CREATE INDEX payments_session ON public.payments USING btree (session_id);
CREATE INDEX payments_site_newest ON public.payments USING btree (site_id, captured_at, id);
CREATE INDEX payments_subscription ON public.payments USING btree (subscription_id) WHERE (subscription_id IS NOT NULL);
CREATE INDEX payments_to_settle_up ON public.payments USING btree (session_id) WHERE ((session_id IS NOT NULL) AND (settled_up_at IS NULL));
CREATE INDEX plan_sites_site ON public.plan_sites USING btree (site_id);
CREATE INDEX plans_public ON public.plans USING btree (id) WHERE offered_publicly;
CREATE INDEX plates_fragment ON public.plates USING gin (plate gin_trgm_ops);
CREATE UNIQUE INDEX plates_plate_raw ON public.plates USING btree (plate, raw);
CREATE INDEX plates_skeleton ON public.plates USING btree (skeleton) WHERE (raw = plate);
CREATE INDEX provider_objects_due ON public.provider_objects USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX provider_objects_settled ON public.provider_objects USING btree (fetched_at) WHERE (due_at IS NULL);
CREATE INDEX quotes_prepaid ON public.quotes USING btree (site_id, plate_id) WHERE (session_id IS NULL);
CREATE INDEX quotes_session ON public.quotes USING btree (session_id);
CREATE INDEX read_keys_received ON public.read_keys USING btree (received_at);
CREATE INDEX reads_camera_newest ON public.reads USING btree (camera_id, received_at, id);
CREATE INDEX reads_camera_track ON public.reads USING btree (camera_id, track_id, id DESC NULLS LAST) WHERE (track_id IS NOT NULL);
CREATE INDEX refunds_before_payment ON public.refunds USING btree (provider, payment_fact_id) WHERE (payment_id IS NULL);
CREATE UNIQUE INDEX refunds_fact ON public.refunds USING btree (provider, fact_id);
CREATE INDEX refunds_newest ON public.refunds USING btree (occurred_at) WHERE (state = 'succeeded'::refund_state);
CREATE INDEX refunds_payment ON public.refunds USING btree (payment_id);
CREATE UNIQUE INDEX sessions_one_open_per_vehicle_and_site ON public.sessions USING btree (site_id, plate_id) WHERE (state = 'open'::session_state);
CREATE INDEX sessions_plate ON public.sessions USING btree (plate_id);
CREATE INDEX sessions_site_ended ON public.sessions USING btree (site_id, closed_at, id) WHERE (closed_at IS NOT NULL);
CREATE INDEX sessions_site_newest ON public.sessions USING btree (site_id, opened_at, id);
CREATE INDEX sessions_to_review ON public.sessions USING btree (site_id, closed_at, id) WHERE needs_review;
CREATE INDEX site_slots_free ON public.site_slots USING btree (site_id) WHERE (session_id IS NULL);
CREATE UNIQUE INDEX site_slots_session ON public.site_slots USING btree (session_id);
CREATE INDEX subscription_sites_site ON public.subscription_sites USING btree (site_id);
CREATE INDEX subscription_slots_free ON public.subscription_slots USING btree (subscription_id) WHERE (session_id IS NULL);
CREATE UNIQUE INDEX subscription_slots_session ON public.subscription_slots USING btree (session_id);
CREATE INDEX subscription_vehicles_plate ON public.subscription_vehicles USING btree (plate_id);
CREATE INDEX subscriptions_email ON public.subscriptions USING btree (lower(email)) WHERE (email IS NOT NULL);
CREATE INDEX subscriptions_holder ON public.subscriptions USING gin (holder gin_trgm_ops);
CREATE UNIQUE INDEX subscriptions_provider_object ON public.subscriptions USING btree (provider, provider_object_id);
CREATE UNIQUE INDEX tariffs_site_revision ON public.tariffs USING btree (site_id, revision);
CREATE INDEX tariffs_site_valid ON public.tariffs USING btree (site_id, valid_from DESC NULLS LAST);
CREATE INDEX used_tokens_expiry ON public.used_tokens USING btree (expires_at);

CREATE TRIGGER adjustments_append_only BEFORE DELETE OR UPDATE ON public.adjustments FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER blacklist_entries_noted AFTER INSERT OR DELETE OR UPDATE ON public.blacklist_entries FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE TRIGGER entitlement_rules_noted AFTER INSERT OR DELETE OR UPDATE ON public.entitlement_rules FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE CONSTRAINT TRIGGER payments_numbered AFTER INSERT ON public.payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.receipt_number IS NULL)) EXECUTE FUNCTION number_receipt();
CREATE TRIGGER plates_noted AFTER UPDATE ON public.plates FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE TRIGGER quotes_give_payments_to_stay AFTER UPDATE OF session_id ON public.quotes FOR EACH ROW WHEN (((old.session_id IS NULL) AND (new.session_id IS NOT NULL))) EXECUTE FUNCTION give_payments_to_stay();
CREATE TRIGGER site_slots_surplus AFTER UPDATE OF session_id ON public.site_slots FOR EACH ROW WHEN ((new.surplus AND (new.session_id IS NULL))) EXECUTE FUNCTION remove_surplus_place();
CREATE TRIGGER subscription_sites_noted AFTER INSERT OR DELETE OR UPDATE ON public.subscription_sites FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE TRIGGER subscription_slots_surplus AFTER UPDATE OF session_id ON public.subscription_slots FOR EACH ROW WHEN ((new.surplus AND (new.session_id IS NULL))) EXECUTE FUNCTION remove_surplus_pool_place();
CREATE TRIGGER subscription_vehicles_noted AFTER INSERT OR DELETE OR UPDATE ON public.subscription_vehicles FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE TRIGGER subscriptions_noted AFTER INSERT OR DELETE OR UPDATE ON public.subscriptions FOR EACH STATEMENT EXECUTE FUNCTION note_entitlement_change();
CREATE TRIGGER tariffs_append_only BEFORE DELETE OR UPDATE ON public.tariffs FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tariffs_no_truncate BEFORE TRUNCATE ON public.tariffs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

grant insert, select on adjustments to turnpike_app;
grant insert, select, update on alerts to turnpike_app;
grant insert, select on audit_entries to turnpike_app;
grant insert, select, update on blacklist_entries to turnpike_app;
grant delete, insert, select, update on camera_clock_hours to turnpike_app;
grant insert, select, update on cameras to turnpike_app;
grant insert, select, update on commands to turnpike_app;
grant insert, select on decisions to turnpike_app;
grant insert, select, update on disputes to turnpike_app;
grant delete, insert, select on entitlement_changes to turnpike_app;
grant select, update on entitlement_rules to turnpike_app;
grant insert, select, update on gate_passes to turnpike_app;
grant insert, select, update on gates to turnpike_app;
grant insert, select, update on holder_mails to turnpike_app;
grant delete, insert, select on holder_tokens to turnpike_app;
grant delete, insert, select on journal_entries to turnpike_app;
grant delete, insert, select, update on mirror_documents to turnpike_app;
grant delete, insert, select, update on mirror_marks to turnpike_app;
grant delete, insert, select on operator_sites to turnpike_app;
grant insert, select, update on operators to turnpike_app;
grant delete, insert, select, update on outbound_calls to turnpike_app;
grant insert, select on passages to turnpike_app;
grant insert, select, update on payment_events to turnpike_app;
grant insert, select, update on payments to turnpike_app;
grant delete, insert, select on plan_sites to turnpike_app;
grant insert, select, update on plans to turnpike_app;
grant insert, select, update on plates to turnpike_app;
grant delete, insert, select, update on provider_objects to turnpike_app;
grant insert, select, update on quotes to turnpike_app;
grant delete, insert, select on read_keys to turnpike_app;
grant insert, select on reads to turnpike_app;
grant insert, select, update on receipt_counters to turnpike_app;
grant insert, select, update on reconcile_cursors to turnpike_app;
grant insert, select, update on refunds to turnpike_app;
grant insert, select, update on sessions to turnpike_app;
grant delete, insert, select, update on site_slots to turnpike_app;
grant insert, select, update on sites to turnpike_app;
grant delete, insert, select on subscription_sites to turnpike_app;
grant delete, insert, select, update on subscription_slots to turnpike_app;
grant delete, insert, select on subscription_vehicles to turnpike_app;
grant insert, select, update on subscriptions to turnpike_app;
grant insert, select on tariffs to turnpike_app;
grant delete, insert, select on used_tokens to turnpike_app;
