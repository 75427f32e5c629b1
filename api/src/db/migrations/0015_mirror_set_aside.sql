ALTER TYPE "public"."alert_kind" ADD VALUE 'mirror_document_stuck';--> statement-breakpoint
ALTER TABLE "mirror_marks" ADD COLUMN "failures" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "mirror_documents_refused" ON "mirror_documents" USING btree ("kind","subject_id") WHERE "mirror_documents"."push_failures" > 0;--> statement-breakpoint
CREATE INDEX "mirror_marks_set_aside" ON "mirror_marks" USING btree ("kind","subject_id") WHERE "mirror_marks"."due_at" is not null;