CREATE TYPE "public"."review_timeout_policy" AS ENUM('open_and_bill_later', 'keep_closed');--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'camera_clock_jumped';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'review_timed_out';--> statement-breakpoint
CREATE TABLE "camera_clock_hours" (
	"camera_id" uuid NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"most_ms" bigint NOT NULL,
	CONSTRAINT "camera_clock_hours_camera_id_hour_pk" PRIMARY KEY("camera_id","hour")
);
--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "clock_offset_ms" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "clock_jumped_to_ms" bigint;--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "clock_read_id" uuid;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD COLUMN "first_read_id" uuid;--> statement-breakpoint
ALTER TABLE "quotes" ADD COLUMN "charge_automatically" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "reads" ADD COLUMN "retransmitted" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "max_stay_seconds" integer DEFAULT 2592000 NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "review_timeout_policy" "review_timeout_policy" DEFAULT 'open_and_bill_later' NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "review_timeout_seconds" integer DEFAULT 120 NOT NULL;--> statement-breakpoint
ALTER TABLE "camera_clock_hours" ADD CONSTRAINT "camera_clock_hours_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decisions_plate_newest" ON "decisions" USING btree ("plate_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "reads_camera_track" ON "reads" USING btree ("camera_id","track_id","id" DESC NULLS LAST) WHERE "reads"."track_id" is not null;--> statement-breakpoint
ALTER TABLE "sites" ADD CONSTRAINT "sites_review_seconds_positive" CHECK ("sites"."max_stay_seconds" > 0 and "sites"."review_timeout_seconds" > 0);