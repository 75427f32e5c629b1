import type { CarPark } from '../../car-park.ts'
import type { History } from './history.ts'
import { expected } from './model.ts'
import { byOperator, type Played, priceMinor } from './play.ts'

type Paid = Record<'amount_minor' | 'back' | 'claimed' | 'ours' | 'asked' | 'calls' | 'made', number> & {
  fact_id: string
  credit: boolean
}

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
  const [stay] = await rows('select state::text, paid_until from sessions where id = $1', [sessionId])
  const ofStay: Paid[] = await rows(
    `select p.fact_id, p.amount_minor, p.session_id is null as credit,
       (select coalesce(sum(r.amount_minor), 0)::int from refunds r where r.payment_id = p.id and r.state = 'succeeded') as back,
       (select coalesce(sum(r.amount_minor), 0)::int from refunds r where r.payment_id = p.id and r.state <> 'failed') as claimed,
       (select coalesce(sum((c.request ->> 'amountMinor')::int), 0)::int from outbound_calls c where c.subject_id = p.id and c.request ->> 'reason' <> $2) as ours,
       (select coalesce(sum((c.request ->> 'amountMinor')::int), 0)::int from outbound_calls c where c.subject_id = p.id and c.request ->> 'reason' = $2) as asked,
       (select count(*)::int from outbound_calls c where c.subject_id = p.id) as calls,
       (select count(*)::int from refunds r where r.payment_id = p.id and starts_with(r.fact_id, 're_')) as made
     from payments p where p.fact_id like $1 and p.quote_id is not null`,
    [prefix('capture'), byOperator],
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
  const sum = (list: Paid[], of: (each: Paid) => number) => list.reduce((total, each) => total + of(each), 0)
  const left = (each: Paid) => each.amount_minor - each.claimed
  const isKept = ({ credit }: Paid) => !credit
  const oursMinor = sum(ofStay, ({ ours }) => ours)
  const creditMinor = sum(
    ofStay.filter(({ credit }) => credit),
    ({ amount_minor }) => amount_minor,
  )
  const netMinor = sum(ofStay, ({ amount_minor, back }) => amount_minor - back)
  same('paid and not back', netMinor, model.netMinor - sum(ofStay, ({ ours, asked }) => ours + asked))
  same('status', subscription.status, model.status)
  same('parked', inbox.filter(({ state }) => state === 'parked').length, model.parked)
  same('accepted', inbox.filter(({ state }) => state === 'accepted').length, 0)
  same('events that are stored twice', inbox.filter(({ times }) => times > 1).length, 0)
  // What went back of one beyond what it brought is not missing in another.
  const keptNetMinor = sum(ofStay.filter(isKept), ({ amount_minor, back }) => Math.max(amount_minor - back, 0))
  if (stay.state !== 'void' && stay.paid_until !== null && keptNetMinor < priceMinor)
    wrong.push('the stay may end, and what is left of its payments does not cover what was quoted')
  if (model.paid !== null) same('paid', stay.paid_until !== null, model.paid)
  const { most, exactly, asCredit } = model.passedOn
  const passedOnMinor = oursMinor + creditMinor
  if (exactly ? passedOnMinor !== most : passedOnMinor > most)
    wrong.push(
      `${oursMinor} was given back and ${creditMinor} is credit, should be ${exactly ? '' : 'at most '}${most} in all`,
    )
  if (!asCredit && creditMinor > 0) wrong.push(`${creditMinor} is credit`)
  if (model.keeps !== null) {
    same('state', stay.state === 'open', false)
    const { contested, failedMinor } = model.keeps
    const ours = ofStay.filter((each) => isKept(each) && !contested.includes(number(each.fact_id)))
    const keptMinor = sum(ours, (each) => Math.max(left(each), 0))
    if (keptMinor > model.keeps.most + failedMinor)
      wrong.push(`${keptMinor} is kept, should be at most ${model.keeps.most}`)
  }
  for (const { fact_id, amount_minor, ours, asked, calls, made } of ofStay) {
    if (ours + asked > amount_minor) wrong.push(`${fact_id}: ${ours + asked} asked back of ${amount_minor}`)
    if (exactly && asCredit && ours === amount_minor) wrong.push(`${fact_id}: given back whole, should be credit`)
    same(`${fact_id}: refunds made at the provider`, made, calls)
  }
  return wrong
}
