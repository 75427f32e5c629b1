-- A year of closed stays, oldest first, the last of them over before the first of those inside began: 40 % of subscribers, 50 % paid for, 10 % that owed nothing.
create unlogged table bench.stays as
select n, kind, vehicle, case when bench.chance(n, 4) < 0.8 then bench.home(vehicle) else 1 + floor(bench.chance(n, 5) * bench.number('sites'))::bigint end as site,
  opened_at, opened_at + interval '15 minutes' + bench.chance(n, 6) * interval '10 hours' as closed_at, 'closed'::session_state as state
from (
  select n, case when c < 0.4 then 'subscriber' when c < 0.9 then 'paid' else 'free' end as kind,
    case when c < 0.4 then 1 + floor(bench.chance(n, 3) * bench.number('subscriptions'))::bigint
      else bench.number('subscribed') + bench.number('blacklisted') + 1
        + floor(bench.chance(n, 3) * (bench.number('vehicles') - bench.number('subscribed') - bench.number('blacklisted')))::bigint end as vehicle,
    bench.began() - interval '1 day' - (1 - n::float8 / bench.number('closed')) * interval '364 days' as opened_at
  from generate_series(1, bench.number('closed')) n, lateral (select bench.chance(n, 2) as c) c
) stay;

-- Inside now: 40 % subscribers, 30 % who have paid and 30 % who owe, the same number at each site, each vehicle at its home.
insert into bench.stays
select bench.number('closed') + row_number() over (order by site, kind, place), kind, vehicle, site,
  bench.began() - bench.chance(vehicle, 6) * interval '10 hours', null, 'open'
from (
  select n as vehicle, bench.home(n) as site, n > bench.number('subscribed') as transient,
    row_number() over (partition by bench.home(n), n > bench.number('subscribed') order by n) as place
  from generate_series(1, bench.number('vehicles')) n
  where (n <= bench.number('subscriptions') and n % 5 <> 0) or n > bench.number('subscribed') + bench.number('blacklisted')
) vehicle,
  lateral (select bench.number('open') / bench.number('sites') as per_site) p,
  lateral (select case when not transient then 'subscriber' when place <= per_site * 0.3 then 'paid' else 'owing' end as kind) k
where place <= per_site * case when transient then 0.6 else 0.4 end;

insert into sessions (id, site_id, plate_id, state, subscription_id, entry_decision_id, exit_decision_id, opened_at, closed_at, paid_until, created_at)
select bench.id(opened_at, 9, n), bench.site_id(site), bench.plate_id(vehicle), state, case when kind = 'subscriber' then bench.subscription_id(vehicle) end,
  bench.id(opened_at, 11, n), case when state = 'closed' then bench.id(closed_at, 12, n) end,
  opened_at, closed_at, case when kind = 'paid' then coalesce(closed_at, bench.began()) + interval '15 minutes' end, opened_at
from bench.stays order by n;

insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at, paid_at, created_at)
select bench.id(at, 14, n), bench.site_id(site), bench.plate_id(vehicle), bench.id(opened_at, 9, n), bench.fixed_id(8, site), 100 * (1 + n % 15), 'EUR',
  '[{"code": "increments", "text": "4 × 30 min at 1.00", "params": {"band": null, "count": 4, "minutes": 30, "byTheClock": false, "unitMinor": 100}, "amountMinor": 400}, {"code": "vat_included", "text": "of which VAT 19 %: 0.64", "params": {"percent": "19", "vatMinor": 64}, "amountMinor": 0}]',
  opened_at, at, at + interval '15 minutes', at, at
from bench.stays, lateral (select coalesce(closed_at, bench.began()) - interval '5 minutes' as at) a where kind = 'paid' order by n;

-- Prepaid stays that never began: a quote without a session is one that a vehicle at an entry may have paid.
insert into quotes (id, site_id, plate_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at, created_at)
select bench.id(at, 17, n), bench.site_id(1 + n % bench.number('sites')), bench.plate_id(bench.number('vehicles') - n), bench.fixed_id(8, 1 + n % bench.number('sites')),
  500, 'EUR', '[{"code": "prepaid", "text": "Prepaid stay", "params": {}, "amountMinor": 500}]', at, at, at + interval '15 minutes', at
from generate_series(1, bench.number('vehicles') / 10) n, lateral (select bench.began() - n * interval '10 minutes' as at) a;

insert into payments (id, site_id, provider, fact_id, quote_id, session_id, amount_minor, currency, captured_at, created_at, receipt_number)
select bench.id(at, 15, n), bench.site_id(site), 'stripe', 'pi_bench_' || n, bench.id(at, 14, n), bench.id(opened_at, 9, n), 100 * (1 + n % 15), 'EUR', at, at,
  row_number() over (partition by site order by n)
from bench.stays, lateral (select coalesce(closed_at, bench.began()) - interval '5 minutes' as at) a where kind = 'paid' order by n;

insert into receipt_counters (site_id, last) select site_id, max(receipt_number) from payments group by site_id;

-- One payment in fifty was given back.
insert into refunds (id, provider, fact_id, payment_fact_id, payment_id, amount_minor, currency, occurred_at, state)
select bench.id(captured_at, 18, row_number() over (order by id)), 'stripe', 're' || fact_id, fact_id, id, amount_minor, currency, captured_at + interval '1 day', 'succeeded'
from payments where substr(fact_id, 10)::int % 50 = 0;

-- Who is inside holds a place, and a subscriber the one of the subscription.
update site_slots s set session_id = bench.id(opened_at, 9, n)
from (select *, row_number() over (partition by site order by n) as place from bench.stays where state = 'open') o
where s.site_id = bench.site_id(site) and s.number = place;
update subscription_slots s set session_id = bench.id(opened_at, 9, n)
from bench.stays where state = 'open' and kind = 'subscriber' and s.subscription_id = bench.subscription_id(vehicle);
