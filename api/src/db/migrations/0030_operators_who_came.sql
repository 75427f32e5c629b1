-- Whoever signed in before this is invited until he comes again.
ALTER TABLE "operators" ADD COLUMN "signed_in_at" timestamp with time zone;