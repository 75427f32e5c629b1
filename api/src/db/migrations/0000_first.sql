CREATE TYPE "public"."actor_kind" AS ENUM('camera', 'controller', 'operator', 'driver', 'provider', 'system');--> statement-breakpoint
CREATE TYPE "public"."actuation" AS ENUM('reply', 'controller');--> statement-breakpoint
CREATE TYPE "public"."anti_passback_policy" AS ENUM('flag', 'deny');--> statement-breakpoint
CREATE TYPE "public"."barrier_mode" AS ENUM('normal', 'held_open', 'blocked');--> statement-breakpoint
CREATE TYPE "public"."camera_format" AS ENUM('turnpike', 'hikvision');--> statement-breakpoint
CREATE TYPE "public"."command_action" AS ENUM('open', 'hold_open', 'block', 'release');--> statement-breakpoint
CREATE TYPE "public"."command_outcome" AS ENUM('executed', 'failed', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."decision_mode" AS ENUM('normal', 'fallback', 'history');--> statement-breakpoint
CREATE TYPE "public"."disposition" AS ENUM('decided', 'suppressed', 'pending', 'history');--> statement-breakpoint
CREATE TYPE "public"."exit_without_session_policy" AS ENUM('open_and_flag', 'deny');--> statement-breakpoint
CREATE TYPE "public"."gate_direction" AS ENUM('entry', 'exit');--> statement-breakpoint
CREATE TYPE "public"."mirror_kind" AS ENUM('site', 'gate', 'decision', 'session', 'payment', 'operator');--> statement-breakpoint
CREATE TYPE "public"."observed_state" AS ENUM('open', 'closed', 'held_by_fire_input', 'fault');--> statement-breakpoint
CREATE TYPE "public"."operator_role" AS ENUM('viewer', 'operator', 'manager', 'admin');--> statement-breakpoint
CREATE TYPE "public"."outcome" AS ENUM('ALLOW', 'DENY', 'PAY');--> statement-breakpoint
CREATE TYPE "public"."passage_kind" AS ENUM('passed', 'turned_back', 'tailgated', 'unknown');--> statement-breakpoint
CREATE TYPE "public"."payment_event_state" AS ENUM('applied', 'accepted', 'ignored', 'parked');--> statement-breakpoint
CREATE TYPE "public"."pool_exhausted_policy" AS ENUM('overflow_to_paying', 'deny');--> statement-breakpoint
CREATE TYPE "public"."provider_name" AS ENUM('stripe', 'paypal');--> statement-breakpoint
CREATE TYPE "public"."session_state" AS ENUM('open', 'closed', 'void', 'missed_exit');--> statement-breakpoint
CREATE TYPE "public"."unknown_vehicle_policy" AS ENUM('transient', 'prepaid', 'subscribers_only');--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"site_id" uuid,
	"actor_kind" "actor_kind" NOT NULL,
	"actor_id" text,
	"action" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"reason" text,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "blacklist_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plate_id" uuid NOT NULL,
	"site_id" uuid,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"reason" text NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "blacklist_entries_valid_range" CHECK ("blacklist_entries"."valid_until" is null or "blacklist_entries"."valid_until" > "blacklist_entries"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "cameras" (
	"id" uuid PRIMARY KEY NOT NULL,
	"gate_id" uuid NOT NULL,
	"name" text NOT NULL,
	"format" "camera_format" NOT NULL,
	"key_hashes" text[] NOT NULL,
	"direction_map" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"revoked_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cameras_one_or_two_keys" CHECK (cardinality("cameras"."key_hashes") between 1 and 2)
);
--> statement-breakpoint
CREATE TABLE "commands" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"gate_id" uuid NOT NULL,
	"action" "command_action" NOT NULL,
	"reason" text NOT NULL,
	"streamed" boolean NOT NULL,
	"decision_id" uuid,
	"payment_id" uuid,
	"operator_id" uuid,
	"issued_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"hold_until" timestamp with time zone,
	"outcome" "command_outcome",
	"outcome_at" timestamp with time zone,
	"detail" text,
	CONSTRAINT "commands_expire_later" CHECK ("commands"."expires_at" > "commands"."issued_at"),
	CONSTRAINT "commands_outcome_has_time" CHECK (("commands"."outcome" is null) = ("commands"."outcome_at" is null))
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"gate_id" uuid NOT NULL,
	"camera_id" uuid NOT NULL,
	"read_id" uuid NOT NULL,
	"plate_id" uuid NOT NULL,
	"outcome" "outcome" NOT NULL,
	"reason" text NOT NULL,
	"mode" "decision_mode" NOT NULL,
	"facts" jsonb NOT NULL,
	"rules_version" integer NOT NULL,
	"matched_plate_id" uuid,
	"session_id" uuid,
	"quote_id" uuid,
	"command_id" uuid,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gate_passes" (
	"gate_id" uuid PRIMARY KEY NOT NULL,
	"decision_id" uuid,
	"plate_id" uuid,
	"track_id" text,
	"outcome" "outcome",
	"session_id" uuid,
	"quote_id" uuid,
	"command_id" uuid,
	"first_read_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"passage_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"name" text NOT NULL,
	"direction" "gate_direction" NOT NULL,
	"barrier_mode" "barrier_mode" DEFAULT 'normal' NOT NULL,
	"hold_until" timestamp with time zone,
	"actuation" "actuation" DEFAULT 'controller' NOT NULL,
	"wait_seconds" integer DEFAULT 180 NOT NULL,
	"controller_key_hash" text NOT NULL,
	"observed_state" "observed_state",
	"observed_at" timestamp with time zone,
	"loop_occupied" boolean,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gates_held_open_expires" CHECK ("gates"."barrier_mode" <> 'held_open' or "gates"."hold_until" is not null),
	CONSTRAINT "gates_wait_positive" CHECK ("gates"."wait_seconds" > 0)
);
--> statement-breakpoint
CREATE TABLE "mirror_documents" (
	"kind" "mirror_kind" NOT NULL,
	"subject_id" uuid NOT NULL,
	"path" text,
	"site_id" uuid,
	"version" bigint NOT NULL,
	"data" jsonb,
	"written_at" timestamp with time zone NOT NULL,
	"pushed_version" bigint DEFAULT 0 NOT NULL,
	"pushed_at" timestamp with time zone,
	CONSTRAINT "mirror_documents_kind_subject_id_pk" PRIMARY KEY("kind","subject_id")
);
--> statement-breakpoint
CREATE TABLE "mirror_marks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mirror_marks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" "mirror_kind" NOT NULL,
	"subject_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator_sites" (
	"operator_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	CONSTRAINT "operator_sites_operator_id_site_id_pk" PRIMARY KEY("operator_id","site_id")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" uuid PRIMARY KEY NOT NULL,
	"firebase_uid" text NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" "operator_role" NOT NULL,
	"disabled_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "passages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"gate_id" uuid NOT NULL,
	"kind" "passage_kind" NOT NULL,
	"session_id" uuid,
	"decision_id" uuid,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" "provider_name" NOT NULL,
	"event_id" text NOT NULL,
	"event_type" text NOT NULL,
	"state" "payment_event_state" NOT NULL,
	"change" jsonb NOT NULL,
	"payment_id" uuid,
	"received_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"provider" "provider_name" NOT NULL,
	"fact_id" text NOT NULL,
	"quote_id" uuid,
	"session_id" uuid,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"captured_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_amount_positive" CHECK ("payments"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"pool_exhausted_policy" "pool_exhausted_policy" DEFAULT 'overflow_to_paying' NOT NULL,
	"exempt_from_capacity" boolean DEFAULT false NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"raw" text,
	"plate" text,
	"skeleton" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plates_erased_as_a_whole" CHECK (("plates"."raw" is null) = ("plates"."plate" is null) and ("plates"."raw" is null) = ("plates"."skeleton" is null))
);
--> statement-breakpoint
CREATE TABLE "quotes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"plate_id" uuid NOT NULL,
	"session_id" uuid,
	"tariff_id" uuid NOT NULL,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"lines" jsonb NOT NULL,
	"charged_from" timestamp with time zone NOT NULL,
	"priced_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "quotes_amount_positive" CHECK ("quotes"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "read_keys" (
	"camera_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"read_id" uuid NOT NULL,
	"decision_id" uuid,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "read_keys_camera_id_event_id_pk" PRIMARY KEY("camera_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "reads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"gate_id" uuid NOT NULL,
	"camera_id" uuid NOT NULL,
	"event_id" text NOT NULL,
	"track_id" text,
	"raw_plate_id" uuid NOT NULL,
	"plate_id" uuid NOT NULL,
	"confidence" real,
	"captured_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"disposition" "disposition" NOT NULL,
	"decision_id" uuid,
	CONSTRAINT "reads_confidence_range" CHECK ("reads"."confidence" between 0 and 1)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"plate_id" uuid NOT NULL,
	"state" "session_state" DEFAULT 'open' NOT NULL,
	"subscription_id" uuid,
	"needs_review" boolean DEFAULT false NOT NULL,
	"entry_decision_id" uuid,
	"exit_decision_id" uuid,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"paid_until" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sessions_open_has_no_end" CHECK (("sessions"."state" = 'open') = ("sessions"."closed_at" is null))
);
--> statement-breakpoint
CREATE TABLE "site_slots" (
	"site_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"session_id" uuid,
	CONSTRAINT "site_slots_site_id_number_pk" PRIMARY KEY("site_id","number")
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"currency" text NOT NULL,
	"capacity" integer NOT NULL,
	"unknown_vehicle_policy" "unknown_vehicle_policy" DEFAULT 'transient' NOT NULL,
	"anti_passback_policy" "anti_passback_policy" DEFAULT 'flag' NOT NULL,
	"exit_without_session_policy" "exit_without_session_policy" DEFAULT 'open_and_flag' NOT NULL,
	"max_read_age_seconds" integer DEFAULT 30 NOT NULL,
	"pass_window_seconds" integer DEFAULT 6 NOT NULL,
	"quote_valid_seconds" integer DEFAULT 900 NOT NULL,
	"exit_buffer_seconds" integer DEFAULT 900 NOT NULL,
	"plausible_amount_minor" integer DEFAULT 20000 NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sites_currency_iso" CHECK ("sites"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "sites_capacity_not_negative" CHECK ("sites"."capacity" >= 0),
	CONSTRAINT "sites_seconds_positive" CHECK ("sites"."max_read_age_seconds" > 0 and "sites"."pass_window_seconds" > 0 and "sites"."quote_valid_seconds" > 0 and "sites"."exit_buffer_seconds" >= 0),
	CONSTRAINT "sites_plausible_amount_positive" CHECK ("sites"."plausible_amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "subscription_sites" (
	"subscription_id" uuid NOT NULL,
	"site_id" uuid NOT NULL,
	CONSTRAINT "subscription_sites_subscription_id_site_id_pk" PRIMARY KEY("subscription_id","site_id")
);
--> statement-breakpoint
CREATE TABLE "subscription_slots" (
	"subscription_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"session_id" uuid,
	CONSTRAINT "subscription_slots_subscription_id_number_pk" PRIMARY KEY("subscription_id","number")
);
--> statement-breakpoint
CREATE TABLE "subscription_vehicles" (
	"subscription_id" uuid NOT NULL,
	"plate_id" uuid NOT NULL,
	CONSTRAINT "subscription_vehicles_subscription_id_plate_id_pk" PRIMARY KEY("subscription_id","plate_id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plan_id" uuid NOT NULL,
	"holder" text NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "subscriptions_valid_range" CHECK ("subscriptions"."valid_until" is null or "subscriptions"."valid_until" > "subscriptions"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "tariffs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"site_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"rules" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "used_tokens" (
	"jti" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "blacklist_entries" ADD CONSTRAINT "blacklist_entries_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blacklist_entries" ADD CONSTRAINT "blacklist_entries_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cameras" ADD CONSTRAINT "cameras_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commands" ADD CONSTRAINT "commands_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_matched_plate_id_plates_id_fk" FOREIGN KEY ("matched_plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD CONSTRAINT "gate_passes_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD CONSTRAINT "gate_passes_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD CONSTRAINT "gate_passes_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gate_passes" ADD CONSTRAINT "gate_passes_quote_id_quotes_id_fk" FOREIGN KEY ("quote_id") REFERENCES "public"."quotes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gates" ADD CONSTRAINT "gates_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sites" ADD CONSTRAINT "operator_sites_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sites" ADD CONSTRAINT "operator_sites_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passages" ADD CONSTRAINT "passages_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passages" ADD CONSTRAINT "passages_gate_id_gates_id_fk" FOREIGN KEY ("gate_id") REFERENCES "public"."gates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passages" ADD CONSTRAINT "passages_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_events" ADD CONSTRAINT "payment_events_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_quote_id_quotes_id_fk" FOREIGN KEY ("quote_id") REFERENCES "public"."quotes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotes" ADD CONSTRAINT "quotes_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotes" ADD CONSTRAINT "quotes_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotes" ADD CONSTRAINT "quotes_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quotes" ADD CONSTRAINT "quotes_tariff_id_tariffs_id_fk" FOREIGN KEY ("tariff_id") REFERENCES "public"."tariffs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_keys" ADD CONSTRAINT "read_keys_camera_id_cameras_id_fk" FOREIGN KEY ("camera_id") REFERENCES "public"."cameras"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reads" ADD CONSTRAINT "reads_raw_plate_id_plates_id_fk" FOREIGN KEY ("raw_plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reads" ADD CONSTRAINT "reads_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_slots" ADD CONSTRAINT "site_slots_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_slots" ADD CONSTRAINT "site_slots_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_sites" ADD CONSTRAINT "subscription_sites_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_sites" ADD CONSTRAINT "subscription_sites_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_slots" ADD CONSTRAINT "subscription_slots_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_slots" ADD CONSTRAINT "subscription_slots_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_vehicles" ADD CONSTRAINT "subscription_vehicles_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_vehicles" ADD CONSTRAINT "subscription_vehicles_plate_id_plates_id_fk" FOREIGN KEY ("plate_id") REFERENCES "public"."plates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tariffs" ADD CONSTRAINT "tariffs_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_entries_site_newest" ON "audit_entries" USING btree ("site_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "audit_entries_subject" ON "audit_entries" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE INDEX "blacklist_entries_plate" ON "blacklist_entries" USING btree ("plate_id");--> statement-breakpoint
CREATE INDEX "cameras_gate" ON "cameras" USING btree ("gate_id");--> statement-breakpoint
CREATE INDEX "commands_pending" ON "commands" USING btree ("gate_id","issued_at") WHERE "commands"."outcome" is null;--> statement-breakpoint
CREATE INDEX "commands_gate_newest" ON "commands" USING btree ("gate_id","issued_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "decisions_site_newest" ON "decisions" USING btree ("site_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "decisions_gate_newest" ON "decisions" USING btree ("gate_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "decisions_session" ON "decisions" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "gates_site" ON "gates" USING btree ("site_id");--> statement-breakpoint
CREATE UNIQUE INDEX "gates_controller_key" ON "gates" USING btree ("controller_key_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "mirror_documents_path" ON "mirror_documents" USING btree ("path");--> statement-breakpoint
CREATE INDEX "mirror_documents_written" ON "mirror_documents" USING btree ("written_at");--> statement-breakpoint
CREATE INDEX "mirror_documents_site" ON "mirror_documents" USING btree ("site_id");--> statement-breakpoint
CREATE INDEX "mirror_documents_to_push" ON "mirror_documents" USING btree ("written_at") WHERE "mirror_documents"."pushed_version" < "mirror_documents"."version";--> statement-breakpoint
CREATE UNIQUE INDEX "operators_firebase_uid" ON "operators" USING btree ("firebase_uid");--> statement-breakpoint
CREATE UNIQUE INDEX "operators_email" ON "operators" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "passages_reported_once" ON "passages" USING btree ("gate_id","occurred_at","kind");--> statement-breakpoint
CREATE INDEX "passages_session" ON "passages" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_events_provider_event" ON "payment_events" USING btree ("provider","event_id");--> statement-breakpoint
CREATE INDEX "payment_events_parked" ON "payment_events" USING btree ("received_at") WHERE "payment_events"."state" = 'parked';--> statement-breakpoint
CREATE UNIQUE INDEX "payments_fact" ON "payments" USING btree ("provider","fact_id");--> statement-breakpoint
CREATE INDEX "payments_session" ON "payments" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "payments_quote" ON "payments" USING btree ("quote_id");--> statement-breakpoint
CREATE INDEX "payments_site_newest" ON "payments" USING btree ("site_id","captured_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "plates_plate_raw" ON "plates" USING btree ("plate","raw");--> statement-breakpoint
CREATE INDEX "plates_skeleton" ON "plates" USING btree ("skeleton") WHERE "plates"."raw" = "plates"."plate";--> statement-breakpoint
CREATE INDEX "quotes_session" ON "quotes" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "quotes_prepaid" ON "quotes" USING btree ("site_id","plate_id") WHERE "quotes"."session_id" is null;--> statement-breakpoint
CREATE INDEX "read_keys_received" ON "read_keys" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "reads_camera_newest" ON "reads" USING btree ("camera_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_one_open_per_vehicle_and_site" ON "sessions" USING btree ("site_id","plate_id") WHERE "sessions"."state" = 'open';--> statement-breakpoint
CREATE INDEX "sessions_site_newest" ON "sessions" USING btree ("site_id","opened_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "site_slots_session" ON "site_slots" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "site_slots_free" ON "site_slots" USING btree ("site_id") WHERE "site_slots"."session_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "subscription_slots_session" ON "subscription_slots" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "subscription_slots_free" ON "subscription_slots" USING btree ("subscription_id") WHERE "subscription_slots"."session_id" is null;--> statement-breakpoint
CREATE INDEX "subscription_vehicles_plate" ON "subscription_vehicles" USING btree ("plate_id");--> statement-breakpoint
CREATE UNIQUE INDEX "tariffs_site_revision" ON "tariffs" USING btree ("site_id","revision");--> statement-breakpoint
CREATE INDEX "tariffs_site_valid" ON "tariffs" USING btree ("site_id","valid_from" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "used_tokens_expiry" ON "used_tokens" USING btree ("expires_at");