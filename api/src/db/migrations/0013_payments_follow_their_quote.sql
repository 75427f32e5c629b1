-- What was paid in advance belongs to the stay that it admits. A payment that commits while the decision waits for its quote is newer
-- than that statement's snapshot; a trigger looks again, and sees it.
create function give_payments_to_stay() returns trigger language plpgsql as $$
begin
  update payments set session_id = new.session_id where quote_id = new.id and session_id is null;
  return null;
end $$;
--> statement-breakpoint
create trigger quotes_give_payments_to_stay after update of session_id on quotes
  for each row when (old.session_id is null and new.session_id is not null) execute function give_payments_to_stay();
--> statement-breakpoint
-- A repeat of a read that was decided without Postgres gets the answer that was given, and no other open.
grant update (command_id) on read_keys to turnpike_app;
