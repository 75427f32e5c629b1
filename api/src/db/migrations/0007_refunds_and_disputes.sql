CREATE TYPE "public"."dispute_state" AS ENUM('open', 'won', 'lost');--> statement-breakpoint
CREATE TYPE "public"."refund_state" AS ENUM('pending', 'succeeded', 'failed');--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'refund_during_stay';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'refund_exceeds_payment';--> statement-breakpoint
ALTER TYPE "public"."alert_kind" ADD VALUE 'payment_disputed';--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" "provider_name" NOT NULL,
	"fact_id" text NOT NULL,
	"payment_fact_id" text NOT NULL,
	"payment_id" uuid,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"state" "dispute_state" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "disputes_amount_positive" CHECK ("disputes"."amount_minor" > 0)
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider" "provider_name" NOT NULL,
	"fact_id" text NOT NULL,
	"payment_fact_id" text NOT NULL,
	"payment_id" uuid,
	"amount_minor" integer NOT NULL,
	"currency" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"state" "refund_state" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "refunds_amount_positive" CHECK ("refunds"."amount_minor" > 0)
);
--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_payment_id_payments_id_fk" FOREIGN KEY ("payment_id") REFERENCES "public"."payments"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_fact" ON "disputes" USING btree ("provider","fact_id");--> statement-breakpoint
CREATE INDEX "disputes_payment" ON "disputes" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "disputes_before_payment" ON "disputes" USING btree ("provider","payment_fact_id") WHERE "disputes"."payment_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_fact" ON "refunds" USING btree ("provider","fact_id");--> statement-breakpoint
CREATE INDEX "refunds_payment" ON "refunds" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "refunds_before_payment" ON "refunds" USING btree ("provider","payment_fact_id") WHERE "refunds"."payment_id" is null;