CREATE TYPE "public"."billing_unit" AS ENUM('week', 'month', 'year');--> statement-breakpoint
CREATE TYPE "public"."double_payment_policy" AS ENUM('refund', 'credit');--> statement-breakpoint
CREATE TYPE "public"."entitled" AS ENUM('yes', 'no', 'until_grace', 'until_period_end');--> statement-breakpoint
CREATE TYPE "public"."outbound_call_kind" AS ENUM('checkout', 'expire_checkout', 'subscription_checkout', 'refund', 'subscription_action');--> statement-breakpoint
CREATE TYPE "public"."outbound_call_state" AS ENUM('pending', 'done', 'refused');--> statement-breakpoint
CREATE TYPE "public"."provider_object_kind" AS ENUM('checkout', 'payment', 'refund', 'dispute', 'invoice', 'subscription');--> statement-breakpoint
CREATE TYPE "public"."subscription_status" AS ENUM('incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused', 'cancelled');--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'payment_parked';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'payment_surplus';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'payment_late';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'provider_call_refused';--> statement-breakpoint
CREATE TABLE "adjustments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"session_id" uuid NOT NULL,
	"amount_minor" integer NOT NULL,
	"reason" text NOT NULL,
	"operator_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adjustments_not_zero" CHECK ("adjustments"."amount_minor" <> 0)
);
--> statement-breakpoint
CREATE TABLE "entitlement_rules" (
	"status" "subscription_status" NOT NULL,
	"collection_paused" boolean NOT NULL,
	"entitled" "entitled" NOT NULL,
	CONSTRAINT "entitlement_rules_status_collection_paused_pk" PRIMARY KEY("status","collection_paused")
);
--> statement-breakpoint
CREATE TABLE "holder_mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subscription_id" uuid NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holder_tokens" (
	"hash" text PRIMARY KEY NOT NULL,
	"subscription_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbound_calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" "outbound_call_kind" NOT NULL,
	"provider" "provider_name" NOT NULL,
	"idempotency_key" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"request" jsonb NOT NULL,
	"state" "outbound_call_state" DEFAULT 'pending' NOT NULL,
	"result" jsonb,
	"detail" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "outbound_calls_pending_is_due" CHECK (("outbound_calls"."state" = 'pending') = ("outbound_calls"."due_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "provider_objects" (
	"provider" "provider_name" NOT NULL,
	"kind" "provider_object_kind" NOT NULL,
	"object_id" text NOT NULL,
	"reference" text,
	"fetch_seq" bigint DEFAULT 0 NOT NULL,
	"applied_seq" bigint DEFAULT 0 NOT NULL,
	"wanted" bigint DEFAULT 1 NOT NULL,
	"due_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "provider_objects_provider_kind_object_id_pk" PRIMARY KEY("provider","kind","object_id")
);
--> statement-breakpoint
CREATE TABLE "reconcile_cursors" (
	"provider" "provider_name" PRIMARY KEY NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "payment_events_parked";--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "subscription_id" uuid;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "amount_minor" integer;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "currency" text;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "period_every" integer;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "period_unit" "billing_unit";--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "trial_days" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "offered_publicly" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "grace_days" integer DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE "quotes" ADD COLUMN "credit" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sites" ADD COLUMN "double_payment_policy" "double_payment_policy" DEFAULT 'refund' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "provider" "provider_name";--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "provider_object_id" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "status" "subscription_status" DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "collection_paused" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "status_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "grace_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "current_period_end" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "cancel_at_period_end" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "adjustments" ADD CONSTRAINT "adjustments_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adjustments" ADD CONSTRAINT "adjustments_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holder_mails" ADD CONSTRAINT "holder_mails_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holder_tokens" ADD CONSTRAINT "holder_tokens_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "adjustments_session" ON "adjustments" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "holder_mails_due" ON "holder_mails" USING btree ("due_at") WHERE "holder_mails"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "holder_tokens_expiry" ON "holder_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbound_calls_key" ON "outbound_calls" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "outbound_calls_subject" ON "outbound_calls" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "outbound_calls_due" ON "outbound_calls" USING btree ("due_at") WHERE "outbound_calls"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "provider_objects_due" ON "provider_objects" USING btree ("due_at") WHERE "provider_objects"."due_at" is not null;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payment_events_accepted" ON "payment_events" USING btree ("provider",("change" ->> 'objectId')) WHERE "payment_events"."state" = 'accepted';--> statement-breakpoint
CREATE INDEX "payments_subscription" ON "payments" USING btree ("subscription_id") WHERE "payments"."subscription_id" is not null;--> statement-breakpoint
CREATE INDEX "payments_credit" ON "payments" USING btree ("quote_id") WHERE "payments"."session_id" is null and "payments"."quote_id" is not null;--> statement-breakpoint
CREATE INDEX "plans_public" ON "plans" USING btree ("id") WHERE "plans"."offered_publicly";--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_provider_object" ON "subscriptions" USING btree ("provider","provider_object_id");--> statement-breakpoint
CREATE INDEX "subscriptions_email" ON "subscriptions" USING btree (lower("email")) WHERE "subscriptions"."email" is not null;--> statement-breakpoint
CREATE INDEX "payment_events_parked" ON "payment_events" USING btree ("received_at","id") WHERE "payment_events"."state" = 'parked';--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_priced_as_a_whole" CHECK (num_nulls("plans"."amount_minor", "plans"."currency", "plans"."period_every", "plans"."period_unit") in (0, 4));--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_amount_positive" CHECK ("plans"."amount_minor" > 0);--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_currency_iso" CHECK ("plans"."currency" ~ '^[A-Z]{3}$');--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_public_have_price" CHECK (not "plans"."offered_publicly" or "plans"."amount_minor" is not null);--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_days_not_negative" CHECK ("plans"."trial_days" >= 0 and "plans"."grace_days" >= 0);--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_object_has_provider" CHECK ("subscriptions"."provider_object_id" is null or "subscriptions"."provider" is not null);