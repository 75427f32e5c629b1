import type pg from 'pg'

/**
 * Makes the database itself watch: `broken_states` gets a row for every transaction that commits a stay whose places are wrong, and
 * `pass_history` every state of every gate's pass, in the order of the pass's own lock. What only holds in the end is not enough.
 */
export async function watchCommits(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create table broken_states (session_id uuid, site_id uuid, what text);
    create function watch_session() returns trigger language plpgsql security definer as $$
    declare
      stay sessions;
      places int;
      pool_places int;
    begin
      select * into stay from sessions where id = new.id;
      places := (select count(*) from site_slots where session_id = new.id);
      pool_places := (select count(*) from subscription_slots where session_id = new.id);
      if stay.state <> 'open' and places + pool_places > 0 then
        insert into broken_states values (stay.id, stay.site_id, stay.state || ', but it holds a place');
      elsif stay.state = 'open' and places = 0 and not may_stand_without_place(stay) then
        insert into broken_states values (stay.id, stay.site_id, 'open, but it holds no place');
      elsif stay.state = 'open' and places > 0 and is_exempt(stay.subscription_id) then
        insert into broken_states values (stay.id, stay.site_id, 'exempt, but it holds a place');
      elsif stay.state = 'open' and stay.subscription_id is not null and pool_places = 0 and not turned_back(stay.id) then
        insert into broken_states values (stay.id, stay.site_id, 'covered, but it holds no place of the pool');
      end if;
      return null;
    end $$;

    create function is_exempt(subscription uuid) returns boolean language sql as $$
      select exists (select from subscriptions u join plans p on p.id = u.plan_id where u.id = subscription and p.exempt_from_capacity)
    $$;
    -- Its place went to another car before it came back from the exit.
    create function turned_back(session uuid) returns boolean language sql as $$
      select exists (select from passages where session_id = session and kind = 'turned_back')
    $$;
    -- Exempt, or let in without a rule: by a gate that is held open, or by the policy for a camera in doubt.
    create function may_stand_without_place(stay sessions) returns boolean language sql as $$
      select is_exempt(stay.subscription_id) or turned_back(stay.id) or exists (
        select from decisions where id = stay.entry_decision_id and reason in ('held_open', 'fallback_open'))
    $$;
    create constraint trigger watch_session after insert or update on sessions deferrable initially deferred
      for each row execute function watch_session();

    create table pass_history (id bigint generated always as identity primary key, gate_id uuid, decision_id uuid, plate_id uuid,
      outcome outcome, pending boolean, session_id uuid, command_id uuid, decided_at timestamptz, passage_at timestamptz);
    create index on pass_history (gate_id, id);
    create function remember_pass() returns trigger language plpgsql security definer as $$
    begin
      insert into pass_history (gate_id, decision_id, plate_id, outcome, pending, session_id, command_id, decided_at, passage_at)
      values (new.gate_id, new.decision_id, new.plate_id, new.outcome, new.pending, new.session_id, new.command_id, new.decided_at, new.passage_at);
      return null;
    end $$;
    create trigger remember_pass after update on gate_passes for each row execute function remember_pass()`)
}
