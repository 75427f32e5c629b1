ALTER TYPE "public"."alert_kind" ADD VALUE 'decided_in_fallback';--> statement-breakpoint
CREATE TABLE "entitlement_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entitlement_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "journal_entries" (
	"device_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"kind" text NOT NULL,
	"gate_id" uuid NOT NULL,
	"brought_in_at" timestamp with time zone NOT NULL,
	CONSTRAINT "journal_entries_device_id_sequence_pk" PRIMARY KEY("device_id","sequence")
);
