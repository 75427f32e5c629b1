CREATE TABLE "receipt_counters" (
	"site_id" uuid PRIMARY KEY NOT NULL,
	"last" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "receipt_number" integer;--> statement-breakpoint
-- What is on record already is numbered as it came.
update payments p set receipt_number = n.number
from (select id, row_number() over (partition by site_id order by created_at, id) as number from payments) n where n.id = p.id;
--> statement-breakpoint
insert into receipt_counters (site_id, last) select site_id, max(receipt_number) from payments group by site_id;
--> statement-breakpoint
ALTER TABLE "receipt_counters" ADD CONSTRAINT "receipt_counters_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payments_receipt_number" ON "payments" USING btree ("site_id","receipt_number");
--> statement-breakpoint
grant select, insert, update on receipt_counters to turnpike_app;
--> statement-breakpoint
-- A payment and its number commit together, so none is left out. Given as the last thing before the commit: whoever holds the counter
-- waits for nothing more, so payments of a site wait for each other no longer than a commit takes, and never in a circle.
create function number_receipt() returns trigger language plpgsql as $$
begin
  with counted as (
    insert into receipt_counters as c (site_id, last) values (new.site_id, 1)
    on conflict (site_id) do update set last = c.last + 1 returning c.last
  )
  update payments set receipt_number = counted.last from counted where id = new.id;
  return null;
end $$;
--> statement-breakpoint
create constraint trigger payments_numbered after insert on payments deferrable initially deferred
  for each row when (new.receipt_number is null) execute function number_receipt();
