ALTER TYPE "public"."camera_format" ADD VALUE 'dahua';--> statement-breakpoint
ALTER TYPE "public"."camera_format" ADD VALUE 'axis';--> statement-breakpoint
ALTER TABLE "cameras" ADD COLUMN "digest_hashes" jsonb DEFAULT '{}'::jsonb NOT NULL;