grant select, insert, update, delete on camera_clock_hours to turnpike_app;
--> statement-breakpoint
-- An alert is dealt with.
grant update on alerts to turnpike_app;
--> statement-breakpoint
-- What became of a read that waited for a better one; what the camera said of it stays.
grant update (disposition, decision_id) on reads to turnpike_app;
