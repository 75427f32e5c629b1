/**
 * SQL of until when a subscription lets its vehicles park, by the rule for its status; null: without end. It does at `t` iff
 * `valid_from <= t and (this is null or this > t)`. `u` is how the statement calls the subscription's row. Without a rule, never.
 */
export const entitledUntil = (u: string) => `
  nullif(coalesce((
    select coalesce(least(${u}.valid_until, case er.entitled
      when 'yes' then null
      when 'until_grace' then coalesce(${u}.grace_until, ${u}.status_since)
      when 'until_period_end' then case when ${u}.cancel_at_period_end then coalesce(${u}.current_period_end, ${u}.status_since) else ${u}.status_since end
      else ${u}.status_since end), 'infinity')
    from entitlement_rules er where er.status = ${u}.status and er.collection_paused = ${u}.collection_paused
  ), '-infinity'), 'infinity')`

/** SQL of whether it lets them park at `at`, the SQL of an instant. */
export const isEntitledAt = (u: string, at: string) =>
  `(${u}.valid_from <= ${at} and coalesce(${entitledUntil(u)}, 'infinity') > ${at})`

/**
 * SQL of until when the subscription of the stay `s` covers it, where it has one: never before the stay began, as what let it in is
 * not taken back.
 */
export const coveredUntil = (u: string, s: string) =>
  `case when ${u}.id is not null then greatest(${entitledUntil(u)}, case when ${entitledUntil(u)} is not null then ${s}.opened_at end) end`
