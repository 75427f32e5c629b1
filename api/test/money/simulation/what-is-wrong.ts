import type { CarPark } from '../../car-park.ts'
import type { History } from './history.ts'
import { expected } from './model.ts'
import { type Played, priceMinor } from './play.ts'

/** What Postgres holds otherwise than the model says; empty: nothing. */
export async function whatIsWrong(
  park: CarPark,
  history: History,
  { sessionId, subscriptionId, fact }: Played,
): Promise<string[]> {
  const model = expected(history, priceMinor)
  const rows = async (sql: string, values: unknown[]) => (await park.database.pool.query(sql, values)).rows
  const prefix = (of: 'capture' | 'refund' | 'dispute') => `${fact(of, 0).slice(0, -1)}%`
  const number = (factId: string) => Number(factId.split('_').at(-1))

  const payments = await rows(
    'select fact_id, amount_minor, session_id, subscription_id from payments where fact_id like $1 order by 1',
    [prefix('capture')],
  )
  const refunds = await rows('select fact_id, state::text, payment_id from refunds where fact_id like $1', [
    prefix('refund'),
  ])
  const disputes = await rows('select fact_id, state::text, payment_id from disputes where fact_id like $1', [
    prefix('dispute'),
  ])
  const [subscription] = await rows('select status::text from subscriptions where id = $1', [subscriptionId])
  const tag = fact('capture', 0).split('_')[1]
  const inbox = await rows(
    'select event_id, state::text, count(*) over (partition by event_id)::int as times from payment_events where event_id like $1',
    [`evt_${tag}_%`],
  )
  const [money] = await rows(
    `select (select paid_until from sessions where id = $1) as paid_until,
       greatest(coalesce(sum(p.amount_minor - (select coalesce(sum(r.amount_minor), 0) from refunds r where r.payment_id = p.id and r.state = 'succeeded')), 0), 0)::int as net
     from payments p where p.session_id = $1`,
    [sessionId],
  )
  const asked = await rows(
    `select p.fact_id, p.amount_minor, sum((c.request ->> 'amountMinor')::int)::int as back, count(distinct c.id)::int as calls,
       (select count(*)::int from refunds r where r.payment_id = p.id and starts_with(r.fact_id, 're_')) as made
     from payments p join outbound_calls c on c.subject_id = p.id and c.kind = 'refund' where p.session_id = $1 group by p.id`,
    [sessionId],
  )
  const wrong: string[] = []
  const same = (what: string, is: unknown, should: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(should))
      wrong.push(`${what}: ${JSON.stringify(is)}, should be ${JSON.stringify(should)}`)
  }
  const byNumber = <T extends { n: number }>(list: T[]) => list.toSorted((a, b) => a.n - b.n)
  const shown = (list: { fact_id: string; state: string; payment_id: string | null }[]) =>
    byNumber(list.map((row) => ({ n: number(row.fact_id), state: row.state, hasPayment: row.payment_id !== null })))
  same(
    'payments',
    byNumber(
      payments.map((row) => ({
        n: number(row.fact_id),
        amountMinor: row.amount_minor,
        of: row.subscription_id === null ? 'stay' : 'subscription',
      })),
    ),
    model.payments,
  )
  same('refunds', shown(refunds), model.refunds)
  same('disputes', shown(disputes), model.disputes)
  const backMinor = asked.reduce((sum, { back }) => sum + back, 0)
  same('paid for the stay', money.net, Math.max(model.netMinor - backMinor, 0))
  same('status', subscription.status, model.status)
  same('parked', inbox.filter(({ state }) => state === 'parked').length, model.parked)
  same('accepted', inbox.filter(({ state }) => state === 'accepted').length, 0)
  same('events that are stored twice', inbox.filter(({ times }) => times > 1).length, 0)
  if (money.paid_until !== null && money.net < priceMinor)
    wrong.push('the stay may end, and what is left of its payments does not cover what was quoted')
  if (model.paid !== null) same('paid', money.paid_until !== null, model.paid)
  if (model.surplusMinor !== null) same('asked back', backMinor, model.surplusMinor)
  for (const { fact_id, amount_minor, back, calls, made } of asked) {
    if (back > amount_minor) wrong.push(`${fact_id}: ${back} asked back of ${amount_minor}`)
    same(`${fact_id}: refunds made at the provider`, made, calls)
  }
  return wrong
}
