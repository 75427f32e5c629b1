ALTER TABLE "provider_objects" ADD COLUMN "fetched_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "charged" jsonb;--> statement-breakpoint
CREATE INDEX "outbound_calls_finished" ON "outbound_calls" USING btree ("finished_at") WHERE "outbound_calls"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "provider_objects_settled" ON "provider_objects" USING btree ("fetched_at") WHERE "provider_objects"."due_at" is null;