ALTER TABLE "alerts" ADD COLUMN "resolved_at" timestamp with time zone;--> statement-breakpoint
-- When those that are resolved already were is in no column: they expire as if it were now.
update alerts set resolved_at = now() where state = 'resolved';
