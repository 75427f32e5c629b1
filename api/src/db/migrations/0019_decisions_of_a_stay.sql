DROP INDEX "decisions_session";--> statement-breakpoint
CREATE INDEX "decisions_session" ON "decisions" USING btree ("session_id") WHERE "decisions"."session_id" is not null;