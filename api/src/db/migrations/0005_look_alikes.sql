-- Whether two plates of equal length differ in exactly one position. Asked only of plates whose skeletons are equal.
create function differs_in_one_position(a text, b text) returns boolean language sql immutable strict parallel safe as $$
  select length(a) = length(b)
    and (select count(*) from generate_series(1, length(a)) i where substr(a, i, 1) <> substr(b, i, 1)) = 1
$$;
