grant select, insert on adjustments to turnpike_app;
--> statement-breakpoint
-- Every status has its row, and keeps it: a rule that is missing would be a default in code.
grant select, update on entitlement_rules to turnpike_app;
--> statement-breakpoint
grant select, insert, update on provider_objects, outbound_calls, reconcile_cursors, holder_mails to turnpike_app;
--> statement-breakpoint
grant select, insert, delete on holder_tokens to turnpike_app;
--> statement-breakpoint
create trigger adjustments_append_only before update or delete on adjustments
  for each row execute function refuse_change();
--> statement-breakpoint
create trigger entitlement_rules_noted after insert or update or delete on entitlement_rules
  for each statement execute function note_entitlement_change();
--> statement-breakpoint
insert into entitlement_rules (status, collection_paused, entitled)
select s.status::subscription_status, p.paused, s.entitled::entitled
from (values ('incomplete', 'no'), ('trialing', 'yes'), ('active', 'yes'), ('past_due', 'until_grace'), ('unpaid', 'no'),
  ('paused', 'no'), ('cancelled', 'until_period_end')) as s (status, entitled)
cross join (values (false), (true)) as p (paused);
