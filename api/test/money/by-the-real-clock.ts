import { randomUUID } from 'node:crypto'
import { paidCheckout, signatureOf } from '@turnpike/local/provider/stripe/signed-event.ts'
import type { CarPark, Site } from '../car-park.ts'

/* For processes of their own, which go by the real clock. */

/** A car that waits at the exit and owes 2.00, on as many quotes as are wanted. */
export async function carThatWaits(park: CarPark, site: Site, quotes = 1) {
  const sessionId = randomUUID()
  const quoteIds = Array.from({ length: quotes }, () => randomUUID())
  const plateId = await park.plate(`KI ${Math.floor(Math.random() * 1e6)}`)
  const query = (sql: string, values: unknown[]) => park.database.pool.query(sql, values)
  await query(
    `insert into sessions (id, site_id, plate_id, opened_at) values ($1, $2, $3, now() - interval '45 minutes')`,
    [sessionId, site.id, plateId],
  )
  for (const quoteId of quoteIds)
    await query(
      `insert into quotes (id, site_id, plate_id, session_id, tariff_id, amount_minor, currency, lines, charged_from, priced_at, expires_at)
       select $1, $2, $3, $4, id, 200, 'EUR', '[]', now(), now(), now() + interval '15 minutes' from tariffs where site_id = $2`,
      [quoteId, site.id, plateId, sessionId],
    )
  await query(
    `update gate_passes set decision_id = gen_random_uuid(), plate_id = $2, outcome = 'PAY', session_id = $3, quote_id = $4, command_id = null,
       first_read_at = now(), decided_at = now(), passage_at = null, version = version + 1 where gate_id = $1`,
    [site.exit.gateId, plateId, sessionId, quoteIds[0]],
  )
  return { sessionId, quoteId: quoteIds[0]!, quoteIds }
}

/** A payment of 2.00 as Stripe tells it, to be sent as often as is wanted. */
export function stripePayment(quoteId: string, secret: string) {
  const event = paidCheckout(quoteId)
  return { fact: event.data.object.payment_intent, eventId: event.id, send: stripeDelivery(event, secret) }
}

/** What Stripe tells, signed, to be sent as often as is wanted. */
export function stripeDelivery(event: object, secret: string) {
  const body = JSON.stringify(event)
  const headers = { 'content-type': 'application/json', 'stripe-signature': signatureOf(body, secret) }
  return (url: string) => fetch(url, { method: 'POST', body, headers })
}
