insert into sites (id, name, time_zone, currency, capacity)
select bench.site_id(n), 'Site ' || n, 'Europe/Berlin', 'EUR', bench.number('capacity') from generate_series(1, bench.number('sites')) n;

insert into site_slots (site_id, number)
select bench.site_id(site), place from generate_series(1, bench.number('sites')) site, generate_series(1, bench.number('capacity')) place;

insert into tariffs (id, site_id, revision, valid_from, rules)
select bench.fixed_id(8, n), bench.site_id(n), 1, bench.began() - interval '2 years', '{
  "version": 1, "entryGraceMinutes": 0, "freeMinutes": 0, "exitGraceMinutes": 0,
  "bands": [{"name": "night", "days": null, "from": "20:00", "to": "06:00", "rate": {"kind": "steps", "period": "rolling", "steps": [{"minutes": 60, "amountMinor": 50}], "capMinor": 300}}],
  "rate": {"kind": "steps", "period": "rolling", "steps": [{"minutes": 30, "amountMinor": 100}], "capMinor": null},
  "day": {"period": "rolling", "capMinor": 1500}, "stayCapMinor": null, "vat": {"percent": "19", "included": true}, "prepaidMinor": null}'
from generate_series(1, bench.number('sites')) n;

-- Two entries and two exits at each site, each with one camera.
insert into gates (id, site_id, name, direction, controller_key_hashes, on_api_down, on_db_down, on_slow, on_camera_unsure)
select bench.gate_id(n), bench.site_id((n + 3) / 4), 'Gate ' || n, direction::gate_direction, array['no controller'], policy, policy, policy, policy
from generate_series(1, bench.number('sites') * 4) n,
  lateral (select case when n % 4 in (1, 2) then 'entry' else 'exit' end as direction) d,
  lateral (select (case when direction = 'exit' then 'open' else 'allow_list' end)::fail_policy as policy) p;

insert into gate_passes (gate_id) select id from gates order by id;

insert into cameras (id, gate_id, name, format, key_hashes)
select bench.camera_id(n), bench.gate_id(n), 'Camera ' || n, 'turnpike',
  array[encode(sha256(encode(sha256((current_setting('bench.secret') || ' camera ' || n)::bytea), 'hex')::bytea), 'hex')]
from generate_series(1, bench.number('sites') * 4) n;
