CREATE TABLE "plan_sites" (
	"plan_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	CONSTRAINT "plan_sites_plan_id_site_id_pk" PRIMARY KEY("plan_id","site_id")
);
--> statement-breakpoint
ALTER TABLE "blacklist_entries" DROP CONSTRAINT "blacklist_entries_valid_range";--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_valid_range";--> statement-breakpoint
DROP INDEX "gates_controller_key";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "controller_key_hashes" text[];--> statement-breakpoint
UPDATE "gates" SET "controller_key_hashes" = array["controller_key_hash"];--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "controller_key_hashes" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "site_slots" ADD COLUMN "surplus" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription_slots" ADD COLUMN "surplus" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "pool_size" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
-- The size of a pool was the number of its places; a plan was offered where its subscriptions are.
UPDATE "subscriptions" SET "pool_size" = greatest(1, (select count(*) from "subscription_slots" x where x."subscription_id" = "subscriptions"."id"));--> statement-breakpoint
INSERT INTO "plan_sites" ("plan_id", "site_id") select distinct u."plan_id", x."site_id" from "subscriptions" u join "subscription_sites" x on x."subscription_id" = u."id";--> statement-breakpoint
ALTER TABLE "plan_sites" ADD CONSTRAINT "plan_sites_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_sites" ADD CONSTRAINT "plan_sites_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plan_sites_site" ON "plan_sites" USING btree ("site_id");--> statement-breakpoint
CREATE INDEX "subscription_sites_site" ON "subscription_sites" USING btree ("site_id");--> statement-breakpoint
ALTER TABLE "gates" DROP COLUMN "controller_key_hash";--> statement-breakpoint
ALTER TABLE "blacklist_entries" ADD CONSTRAINT "blacklist_entries_valid_range" CHECK ("blacklist_entries"."valid_until" is null or "blacklist_entries"."valid_until" >= "blacklist_entries"."valid_from");--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_one_or_two_keys" CHECK (cardinality("gates"."controller_key_hashes") between 1 and 2);--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_pool_size_positive" CHECK ("subscriptions"."pool_size" > 0);--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_valid_range" CHECK ("subscriptions"."valid_until" is null or "subscriptions"."valid_until" >= "subscriptions"."valid_from");--> statement-breakpoint
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
