-- Every process remembers who may park, for when the database is away. A row here tells it to look again. Rows are only inserted:
-- a counter in one row would make all who change a subscription wait for each other.
create function note_entitlement_change() returns trigger language plpgsql as $$
begin
  insert into entitlement_changes default values;
  return null;
end $$;
--> statement-breakpoint
create trigger subscriptions_noted after insert or update or delete on subscriptions
  for each statement execute function note_entitlement_change();
--> statement-breakpoint
create trigger subscription_sites_noted after insert or update or delete on subscription_sites
  for each statement execute function note_entitlement_change();
--> statement-breakpoint
create trigger subscription_vehicles_noted after insert or update or delete on subscription_vehicles
  for each statement execute function note_entitlement_change();
--> statement-breakpoint
create trigger blacklist_entries_noted after insert or update or delete on blacklist_entries
  for each statement execute function note_entitlement_change();
--> statement-breakpoint
-- Plates are inserted with every new vehicle; what concerns us is one that is blanked.
create trigger plates_noted after update on plates for each statement execute function note_entitlement_change();
