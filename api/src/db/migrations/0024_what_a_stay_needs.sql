ALTER TABLE "payments" ADD COLUMN "needed_minor" integer;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "settled_up_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "payments_to_settle_up" ON "payments" USING btree ("session_id") WHERE "payments"."session_id" is not null and "payments"."settled_up_at" is null;--> statement-breakpoint
-- What stays left over before this was dealt with by hand, if at all.
update payments set settled_up_at = now() where session_id in (select id from sessions where state <> 'open' and not needs_review);
