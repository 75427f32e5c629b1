-- The processes of the core connect as members of this role. It owns nothing, so no process can change the schema, switch the
-- triggers of the audit trail off, or undo what was recorded. A role belongs to the whole server: it may be there already.
do $$
begin
  if not exists (select from pg_roles where rolname = 'turnpike_app') then
    create role turnpike_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database of this server was a moment faster
  when insufficient_privilege then
    raise exception 'The user % may not create roles. Turnpike''s processes connect as a role that owns nothing.', current_user
      using errcode = 'TP003', hint = 'Have an administrator run "create role turnpike_app nologin", or migrate as a user that may create roles.';
end $$;
--> statement-breakpoint
do $$
begin
  if exists (select from pg_roles where rolname = 'turnpike_app'
      and (rolcanlogin or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)) then
    raise exception 'There is a role turnpike_app that is not Turnpike''s: it may log in, or more than an ordinary role.'
      using errcode = 'TP003', hint = 'Rename that role, or give Turnpike a server of its own.';
  end if;
end $$;
--> statement-breakpoint
revoke create on schema public from public;
--> statement-breakpoint
grant usage on schema public to turnpike_app;
--> statement-breakpoint
-- What is written once.
grant select, insert on audit_entries, tariffs, reads, decisions, passages, alerts, journal_entries to turnpike_app;
--> statement-breakpoint
grant select, insert, update on sites, gates, gate_passes, cameras, plates, plans, subscriptions, sessions, quotes, payments,
  refunds, disputes, payment_events, blacklist_entries, commands, operators to turnpike_app;
--> statement-breakpoint
-- What a thing is linked to: a change takes the links away and makes others.
grant select, insert, delete on plan_sites, subscription_sites, subscription_vehicles, operator_sites to turnpike_app;
--> statement-breakpoint
-- What only guards against repeats, and is purged.
grant select, insert, delete on read_keys, used_tokens, entitlement_changes to turnpike_app;
--> statement-breakpoint
-- A repeat of a read that was decided without Postgres gets the answer that was given.
grant update (decision_id) on read_keys to turnpike_app;
--> statement-breakpoint
grant select, insert, update, delete on site_slots, subscription_slots, mirror_marks, mirror_documents to turnpike_app;
