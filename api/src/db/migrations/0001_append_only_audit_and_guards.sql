-- The audit trail only grows, whoever is connected.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'TP002';
end $$;
--> statement-breakpoint
create trigger audit_entries_append_only before update or delete on audit_entries
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger audit_entries_no_truncate before truncate on audit_entries
  for each statement execute function refuse_change();
--> statement-breakpoint
-- A guard of the decision's write statement that did not hold: raising takes back the whole statement, and the
-- message says which guard it was, so that the caller knows whether to decide again.
create function guard_failed(guard text) returns boolean language plpgsql as $$
begin
  raise exception 'guard failed: %', guard using errcode = 'TP001', detail = guard;
end $$;
