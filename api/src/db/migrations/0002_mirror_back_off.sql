DROP INDEX "mirror_documents_to_push";--> statement-breakpoint
ALTER TABLE "mirror_documents" ADD COLUMN "push_failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "mirror_documents" ADD COLUMN "push_due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mirror_marks" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "mirror_documents_next_push" ON "mirror_documents" USING btree (("kind" = 'operator') desc,"written_at") WHERE "mirror_documents"."pushed_version" < "mirror_documents"."version";--> statement-breakpoint
CREATE INDEX "mirror_marks_operators" ON "mirror_marks" USING btree ("id") WHERE "mirror_marks"."kind" = 'operator';