const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * SQL of one row that says whether the vehicle of a stay was decided since that began: `at_entry` of its own site, or `elsewhere`,
 * at any gate of another one. Both null: it was not. Reads that were late, or doubted by their camera, say nothing. `stay` is the
 * alias of a session's row.
 */
export const seenSince = (stay: string) => `
    select bool_or(d.site_id = ${stay}.site_id) as at_entry, bool_or(d.site_id <> ${stay}.site_id) as elsewhere
    from decisions d join gates dg on dg.id = d.gate_id
    where d.plate_id = ${stay}.plate_id and d.id > coalesce(${stay}.entry_decision_id, '${nobody}') and d.created_at > ${stay}.opened_at
      and d.mode <> 'history' and d.reason <> 'awaiting_better_read' and (d.site_id <> ${stay}.site_id or dg.direction = 'entry')`

/**
 * SQL of the exits that let a vehicle out without a stay after the `entry`: a row with `site_id`, `plate_id`, `decision_id` and
 * `decided_at`. Ids grow with time.
 */
export const exitsSince = (entry: string) => `
  select d.id, d.created_at from decisions d join gates g on g.id = d.gate_id
  where d.site_id = ${entry}.site_id and d.id > ${entry}.decision_id and d.created_at > ${entry}.decided_at
    and d.plate_id = ${entry}.plate_id and g.direction = 'exit' and d.outcome = 'ALLOW' and d.session_id is null`
