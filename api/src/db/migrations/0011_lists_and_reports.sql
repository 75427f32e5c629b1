-- For searches by a part of a plate or of a name.
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
DROP INDEX "decisions_site_newest";--> statement-breakpoint
DROP INDEX "alerts_site_newest";--> statement-breakpoint
DROP INDEX "audit_entries_site_newest";--> statement-breakpoint
DROP INDEX "commands_gate_newest";--> statement-breakpoint
DROP INDEX "decisions_gate_newest";--> statement-breakpoint
DROP INDEX "payments_site_newest";--> statement-breakpoint
DROP INDEX "reads_camera_newest";--> statement-breakpoint
DROP INDEX "sessions_site_newest";--> statement-breakpoint
CREATE INDEX "plates_fragment" ON "plates" USING gin ("plate" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "sessions_site_ended" ON "sessions" USING btree ("site_id","closed_at","id") WHERE "sessions"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX "sessions_to_review" ON "sessions" USING btree ("site_id","closed_at","id") WHERE "sessions"."needs_review";--> statement-breakpoint
CREATE INDEX "sessions_plate" ON "sessions" USING btree ("plate_id");--> statement-breakpoint
CREATE INDEX "subscriptions_holder" ON "subscriptions" USING gin ("holder" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "alerts_site_newest" ON "alerts" USING btree ("site_id","raised_at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_site_newest" ON "audit_entries" USING btree ("site_id","at","id");--> statement-breakpoint
CREATE INDEX "commands_gate_newest" ON "commands" USING btree ("gate_id","issued_at");--> statement-breakpoint
CREATE INDEX "decisions_gate_newest" ON "decisions" USING btree ("gate_id","created_at","id","outcome","reason","mode");--> statement-breakpoint
CREATE INDEX "payments_site_newest" ON "payments" USING btree ("site_id","captured_at","id");--> statement-breakpoint
CREATE INDEX "reads_camera_newest" ON "reads" USING btree ("camera_id","received_at","id");--> statement-breakpoint
CREATE INDEX "sessions_site_newest" ON "sessions" USING btree ("site_id","opened_at","id");