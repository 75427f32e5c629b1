-- The first are subscribed, then come the blacklisted, then everybody else.
insert into plates (id, raw, plate, skeleton, created_at)
select bench.plate_id(n), plate, plate, bench.skeleton(plate), bench.began() - interval '1 year' + n * interval '1 second'
from generate_series(1, bench.number('vehicles')) n, lateral (select bench.plate(n) as plate) p;

insert into plans (id, name) select bench.fixed_id(6, n), 'Plan ' || n from generate_series(1, 20) n;
insert into plan_sites (plan_id, site_id)
select bench.fixed_id(6, plan), bench.site_id(site) from generate_series(1, 20) plan, generate_series(1, bench.number('sites')) site where (plan + site) % 4 = 0;

-- One in five has ended; one in five is open-ended; one in five holds at two more sites; one in five has a second vehicle.
insert into subscriptions (id, plan_id, holder, valid_from, valid_until)
select bench.subscription_id(n), bench.fixed_id(6, 1 + n % 20), 'Holder ' || n, bench.began() - interval '1 year',
  case n % 5 when 0 then bench.began() - interval '1 day' when 1 then null else bench.began() + interval '3 years' end
from generate_series(1, bench.number('subscriptions')) n;

insert into subscription_sites (subscription_id, site_id)
select bench.subscription_id(n), bench.site_id((bench.home(n) + further - 1) % bench.number('sites') + 1)
from generate_series(1, bench.number('subscriptions')) n, generate_series(0, 2) further where further = 0 or n % 5 = 2;

insert into subscription_vehicles (subscription_id, plate_id)
select bench.subscription_id((n - 1) % bench.number('subscriptions') + 1), bench.plate_id(n) from generate_series(1, bench.number('subscribed')) n;

insert into subscription_slots (subscription_id, number)
select bench.subscription_id(n), 1 from generate_series(1, bench.number('subscriptions')) n;

insert into blacklist_entries (id, plate_id, site_id, valid_from, valid_until, reason)
select bench.fixed_id(7, n), bench.plate_id(bench.number('subscribed') + n), case when n % 2 = 0 then bench.site_id(1 + n % bench.number('sites')) end,
  bench.began() - interval '100 days', case when n % 3 = 0 then bench.began() + interval '3 years' end, 'unpaid stays'
from generate_series(1, bench.number('blacklisted')) n;
