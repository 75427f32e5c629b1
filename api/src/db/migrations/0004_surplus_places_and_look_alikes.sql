-- A site or a pool that was made smaller than what is taken keeps its places until they get free. Rows that get free at the same
-- time take turns, so that each counts what the others left; in every other case the condition alone is looked at.
create function remove_surplus_place() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('site_slots ' || new.site_id, 0));
  if (select count(*) from site_slots where site_id = new.site_id) > (select capacity from sites where id = new.site_id) then
    delete from site_slots where site_id = new.site_id and number = new.number;
  else
    update site_slots set surplus = false where site_id = new.site_id and number = new.number;
  end if;
  return null;
end $$;
--> statement-breakpoint
create function remove_surplus_pool_place() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('subscription_slots ' || new.subscription_id, 0));
  if (select count(*) from subscription_slots where subscription_id = new.subscription_id)
      > (select pool_size from subscriptions where id = new.subscription_id) then
    delete from subscription_slots where subscription_id = new.subscription_id and number = new.number;
  else
    update subscription_slots set surplus = false where subscription_id = new.subscription_id and number = new.number;
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger site_slots_surplus after update of session_id on site_slots for each row
  when (new.surplus and new.session_id is null) execute function remove_surplus_place();
--> statement-breakpoint
create trigger subscription_slots_surplus after update of session_id on subscription_slots for each row
  when (new.surplus and new.session_id is null) execute function remove_surplus_pool_place();
--> statement-breakpoint
-- What a stay was priced by can always be shown.
create trigger tariffs_append_only before update or delete on tariffs for each row execute function refuse_change();
--> statement-breakpoint
create trigger tariffs_no_truncate before truncate on tariffs for each statement execute function refuse_change();
--> statement-breakpoint
-- Whether two plates of equal length differ in exactly one position. Asked only of plates whose skeletons are equal.
create function differs_in_one_position(a text, b text) returns boolean language sql immutable strict parallel safe as $$
  select length(a) = length(b)
    and (select count(*) from generate_series(1, length(a)) i where substr(a, i, 1) <> substr(b, i, 1)) = 1
$$;
