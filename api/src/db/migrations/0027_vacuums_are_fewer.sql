-- As 0025, for what a read changes in place or leaves for the relay: at hundreds of reads a second these were vacuumed each minute, and each
-- time all connections of the gates planned anew. What is dead in their indexes is marked so by whoever looks there next.--> statement-breakpoint
alter table site_slots set (autovacuum_vacuum_threshold = 100000);--> statement-breakpoint
alter table subscription_slots set (autovacuum_vacuum_threshold = 100000);--> statement-breakpoint
-- Marks come and go: nothing is planned better for knowing how many there are.
alter table mirror_marks set (autovacuum_vacuum_threshold = 100000, autovacuum_analyze_threshold = 10000000);
