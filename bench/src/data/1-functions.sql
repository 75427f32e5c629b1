-- Everything is made from a number: the same settings make the same car parks, vehicles and stays.
create schema bench;

-- Ids grow with time, as the core's own do.
create function bench.id(at timestamptz, kind int, n bigint) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex((date_part('epoch', at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid
$$;

-- From 0 to before 1, the same for the same `n` and `what`.
create function bench.chance(n bigint, what int) returns float8 language sql immutable parallel safe as $$
  select (hashint8extended(n, what) & 9007199254740991)::float8 / 9007199254740992
$$;

-- The settings do not change while the data is made: taken for immutable, they are read once a statement instead of once a row.
create function bench.number(name text) returns int language sql immutable parallel safe as $$
  select current_setting('bench.' || name)::int
$$;

create function bench.began() returns timestamptz language sql immutable parallel safe as $$
  select current_setting('bench.began')::timestamptz
$$;

-- Three letters and four digits. Of letters that cameras confuse one is used, so that no two vehicles are look-alikes by accident;
-- neighbours in number are far apart on the plate.
create function bench.plate(n bigint) returns text language sql immutable parallel safe as $$
  select substr(letters, 1 + (p / 10000 / 529 % 23)::int, 1) || substr(letters, 1 + (p / 10000 / 23 % 23)::int, 1)
    || substr(letters, 1 + (p / 10000 % 23)::int, 1) || lpad((p % 10000)::text, 4, '0')
  from (select 'ABCDEFGHIJKMNPRSTUVWXYZ' as letters, n * 48271003 % 121670000 as p) plate
$$;

create function bench.skeleton(plate text) returns text language sql immutable parallel safe as $$
  select translate(plate, 'ODQILZSBG', '000112586')
$$;

-- Of the places, plates and subscriptions: made once, a year before.
create function bench.fixed_id(kind int, n bigint) returns uuid language sql immutable parallel safe as $$
  select bench.id(bench.began() - interval '1 year' + n * interval '1 second', kind, n)
$$;
create function bench.site_id(n bigint) returns uuid language sql immutable parallel safe as 'select bench.fixed_id(1, n)';
create function bench.gate_id(n bigint) returns uuid language sql immutable parallel safe as 'select bench.fixed_id(2, n)';
create function bench.camera_id(n bigint) returns uuid language sql immutable parallel safe as 'select bench.fixed_id(3, n)';
create function bench.plate_id(n bigint) returns uuid language sql immutable parallel safe as 'select bench.fixed_id(4, n)';
create function bench.subscription_id(n bigint) returns uuid language sql immutable parallel safe as 'select bench.fixed_id(5, n)';

-- Where a vehicle parks as a rule; those of one subscription park together.
create function bench.home(vehicle bigint) returns bigint language sql immutable parallel safe as $$
  select 1 + floor(bench.chance(case when vehicle <= bench.number('subscribed') then (vehicle - 1) % bench.number('subscriptions') + 1 else vehicle end, 1)
    * bench.number('sites'))::bigint
$$;
