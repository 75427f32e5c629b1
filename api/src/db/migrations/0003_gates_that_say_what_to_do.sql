CREATE TYPE "public"."alert_kind" AS ENUM('look_alike_blacklisted', 'exit_without_session', 'session_needs_review', 'tailgated');--> statement-breakpoint
CREATE TYPE "public"."alert_state" AS ENUM('open', 'acknowledged', 'resolved');--> statement-breakpoint
CREATE TYPE "public"."fail_policy" AS ENUM('open', 'closed', 'allow_list');--> statement-breakpoint
CREATE TYPE "public"."match_kind" AS ENUM('exact', 'look_alike');--> statement-breakpoint
ALTER TYPE "public"."camera_format" ADD VALUE 'dahua';--> statement-breakpoint
ALTER TYPE "public"."camera_format" ADD VALUE 'axis';--> statement-breakpoint
ALTER TYPE "public"."mirror_kind" ADD VALUE 'alert';--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"gate_id" uuid,
	"kind" "alert_kind" NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"state" "alert_state" DEFAULT 'open' NOT NULL,
	"raised_at" timestamp with time zone NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_sites" (
	"plan_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	CONSTRAINT "plan_sites_plan_id_site_id_pk" PRIMARY KEY("plan_id","site_id")
);
--> statement-breakpoint
ALTER TABLE "blacklist_entries" DROP CONSTRAINT "blacklist_entries_valid_range";--> statement-breakpoint
ALTER TABLE "subscriptions" DROP CONSTRAINT "subscriptions_valid_range";--> statement-breakpoint
DROP INDEX "gates_controller_key";--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "digest_hashes" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "match_kind" "match_kind";--> statement-breakpoint
ALTER TABLE "gate_passes" ADD COLUMN "confidence" real;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD COLUMN "pending" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "min_confidence" real DEFAULT 0.6 NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_api_down" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_db_down" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_slow" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_camera_unsure" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "controller_key_hashes" text[];--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "corrected_from_plate_id" uuid;--> statement-breakpoint
ALTER TABLE "site_slots" ADD COLUMN "surplus" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscription_slots" ADD COLUMN "surplus" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "pool_size" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_sites" ADD CONSTRAINT "plan_sites_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_sites" ADD CONSTRAINT "plan_sites_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_unresolved" ON "alerts" USING btree ("kind","subject_id") WHERE "alerts"."state" <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_site_newest" ON "alerts" USING btree ("site_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "plan_sites_site" ON "plan_sites" USING btree ("site_id");--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_corrected_from_plate_id_plates_id_fk" FOREIGN KEY ("corrected_from_plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subscription_sites_site" ON "subscription_sites" USING btree ("site_id");--> statement-breakpoint
-- Gates that exist get the documented policies: out is open, in is who may anyway; and their one key.
UPDATE "gates" SET "on_api_down" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_db_down" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_slow" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_camera_unsure" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "controller_key_hashes" = array["controller_key_hash"];--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_api_down" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_db_down" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_slow" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_camera_unsure" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "controller_key_hashes" SET NOT NULL;--> statement-breakpoint
-- The size of a pool was the number of its places; a plan was offered where its subscriptions are.
UPDATE "subscriptions" SET "pool_size" = greatest(1, (select count(*) from "subscription_slots" x where x."subscription_id" = "subscriptions"."id"));--> statement-breakpoint
INSERT INTO "plan_sites" ("plan_id", "site_id") select distinct u."plan_id", x."site_id" from "subscriptions" u join "subscription_sites" x on x."subscription_id" = u."id";--> statement-breakpoint
ALTER TABLE "gates" DROP COLUMN "controller_key_hash";--> statement-breakpoint
ALTER TABLE "blacklist_entries" ADD CONSTRAINT "blacklist_entries_valid_range" CHECK ("blacklist_entries"."valid_until" is null or "blacklist_entries"."valid_until" >= "blacklist_entries"."valid_from");--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_one_or_two_keys" CHECK (cardinality("gates"."controller_key_hashes") between 1 and 2);--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_min_confidence_range" CHECK ("gates"."min_confidence" between 0 and 1);--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_pool_size_positive" CHECK ("subscriptions"."pool_size" > 0);--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_valid_range" CHECK ("subscriptions"."valid_until" is null or "subscriptions"."valid_until" >= "subscriptions"."valid_from");