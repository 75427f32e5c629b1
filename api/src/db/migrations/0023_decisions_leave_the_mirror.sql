-- A decision is in its gate's document and in the API, and no document of its own any more. An older core goes on marking them: the kind stays.
delete from mirror_marks where kind = 'decision';--> statement-breakpoint
delete from mirror_documents where kind = 'decision';
