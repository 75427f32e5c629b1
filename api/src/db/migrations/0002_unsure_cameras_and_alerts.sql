CREATE TYPE "public"."alert_kind" AS ENUM('look_alike_blacklisted', 'camera_clock', 'exit_without_session', 'session_needs_review', 'tailgated');--> statement-breakpoint
CREATE TYPE "public"."alert_state" AS ENUM('open', 'acknowledged', 'resolved');--> statement-breakpoint
CREATE TYPE "public"."fail_policy" AS ENUM('open', 'closed', 'allow_list');--> statement-breakpoint
CREATE TYPE "public"."match_kind" AS ENUM('exact', 'look_alike');--> statement-breakpoint
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
CREATE TABLE "camera_clock_hours" (
	"camera_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"greatest_offset_ms" integer NOT NULL,
	"reads" integer NOT NULL,
	CONSTRAINT "camera_clock_hours_camera_id_hour_pk" PRIMARY KEY("camera_id","hour")
);
--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "confirmed_offset_ms" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "decisions" ADD COLUMN "match_kind" "match_kind";--> statement-breakpoint
ALTER TABLE "gate_passes" ADD COLUMN "confidence" real;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD COLUMN "pending" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "min_confidence" real DEFAULT 0.6 NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_api_down" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_db_down" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_slow" "fail_policy";--> statement-breakpoint
ALTER TABLE "gates" ADD COLUMN "on_camera_unsure" "fail_policy";--> statement-breakpoint
-- Gates that exist get the documented policies: out is open, in is who may anyway.
UPDATE "gates" SET "on_api_down" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_db_down" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_slow" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end, "on_camera_unsure" = case "direction" when 'exit' then 'open'::"fail_policy" else 'allow_list' end;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_api_down" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_db_down" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_slow" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "gates" ALTER COLUMN "on_camera_unsure" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "corrected_from_plate_id" uuid;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "camera_clock_hours" ADD CONSTRAINT "camera_clock_hours_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_unresolved" ON "alerts" USING btree ("kind","subject_id") WHERE "alerts"."state" <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_site_newest" ON "alerts" USING btree ("site_id","id" DESC NULLS LAST);--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_corrected_from_plate_id_plates_id_fk" FOREIGN KEY ("corrected_from_plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_min_confidence_range" CHECK ("gates"."min_confidence" between 0 and 1);