-- What a read writes to. Whenever Postgres has vacuumed or analysed one of these, each connection plans each of its statements again
-- that names it: for sixteen connections that are some hundred milliseconds in which every gate waits. Postgres 18 vacuums a table whose
-- rows are frozen after a thousand new ones; and what is analysed here changes no plan, as all is found by its key.--> statement-breakpoint
alter table plates set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table reads set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table read_keys set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table decisions set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table audit_entries set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table commands set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table sessions set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table quotes set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table site_slots set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
alter table subscription_slots set (autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
-- One row a gate, changed in place: it stays as small as it is without.
alter table gate_passes set (autovacuum_vacuum_threshold = 100000, autovacuum_analyze_threshold = 100000);--> statement-breakpoint
-- What the relay has taken goes: seldom enough, and often enough for what is left to be found soon.
alter table mirror_marks set (autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 100000);
