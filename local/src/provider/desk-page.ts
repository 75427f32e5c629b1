import { escapeHtml, htmlPage, postButton } from './html.ts'
import type { Kept } from './kept.ts'
import { stripeMoney } from './stripe/pay-page.ts'

/** What happened at the providers, newest first, and buttons for what banks and time do. */
export function deskPage({ stripe, paypal }: Kept): string {
  return htmlPage(
    'both',
    'Payment providers',
    [
      '<p>Checkouts that begin on this machine are paid here. What a bank or a month would do, these buttons do.</p>',
      section(
        'Stripe: checkouts',
        newest(stripe.checkouts).map(({ session }) => checkoutRow(session)),
      ),
      section('Stripe: payments', newest(stripe.payment_intents).map(paymentRow)),
      section(
        'Stripe: disputes',
        newest(stripe.disputes).map(({ id, amount, currency, status }) =>
          status === 'won' || status === 'lost'
            ? row(`${stripeMoney(amount, currency)} contested: ${status}`)
            : row(
                `${stripeMoney(amount, currency)} contested: ${status}`,
                button('stripe/close-dispute', 'Merchant wins', { dispute: id, status: 'won' }),
                button('stripe/close-dispute', 'Merchant loses', { dispute: id, status: 'lost' }),
              ),
        ),
      ),
      section(
        'Stripe: subscriptions',
        newest(stripe.subscriptions).map(({ id, description, status }) =>
          row(
            `${description ?? id}: ${status}`,
            ...(status === 'canceled'
              ? []
              : [
                  button('stripe/renew', 'A period passes, paid', { subscription: id, outcome: 'paid' }),
                  button('stripe/renew', 'A period passes, declined', { subscription: id, outcome: 'failed' }),
                ]),
          ),
        ),
      ),
      section(
        'PayPal: captures',
        newest(paypal.captures).map(({ id, amount, status }) =>
          row(
            `${amount.value} ${amount.currency_code}: ${status}`,
            ...(status === 'PENDING'
              ? [
                  button('paypal/settle', 'The money arrives', { capture: id, outcome: 'COMPLETED' }),
                  button('paypal/settle', 'It does not', { capture: id, outcome: 'DECLINED' }),
                ]
              : [button('paypal/dispute', 'The buyer contests it', { transaction: id })]),
          ),
        ),
      ),
      section(
        'PayPal: disputes',
        newest(paypal.disputes).map(({ dispute_id: dispute, dispute_amount: sum, status }) =>
          row(
            `${sum.value} ${sum.currency_code} contested: ${status}`,
            ...(status === 'RESOLVED'
              ? []
              : [
                  button('paypal/resolve-dispute', 'Merchant wins', { dispute, outcome: 'RESOLVED_SELLER_FAVOUR' }),
                  button('paypal/resolve-dispute', 'Merchant loses', { dispute, outcome: 'RESOLVED_BUYER_FAVOUR' }),
                ]),
          ),
        ),
      ),
      section(
        'PayPal: subscriptions',
        newest(paypal.subscriptions).map(({ subscription: { id, status } }) =>
          row(
            `${id}: ${status}`,
            ...(status === 'ACTIVE'
              ? [
                  button('paypal/renew', 'A period passes, paid', { subscription: id, outcome: 'completed' }),
                  button('paypal/renew', 'A period passes, failed', { subscription: id, outcome: 'failed' }),
                ]
              : []),
          ),
        ),
      ),
    ].join('\n'),
  )
}

function checkoutRow(session: Kept['stripe']['checkouts'][string]['session']): string {
  const onItsWay = session.status === 'complete' && session.payment_status === 'unpaid'
  const said = `${stripeMoney(session.amount_total!, session.currency!)}: ${session.status}, ${session.payment_status}`
  if (!onItsWay) return row(said)
  return row(
    said,
    button('stripe/settle', 'The money arrives', { checkout: session.id, outcome: 'succeeded' }),
    button('stripe/settle', 'It does not', { checkout: session.id, outcome: 'failed' }),
  )
}

function paymentRow({ id, amount, currency, status }: Kept['stripe']['payment_intents'][string]): string {
  const said = `${stripeMoney(amount, currency)}: ${status}`
  if (status !== 'succeeded') return row(said)
  return row(said, button('stripe/dispute', 'The payer contests it', { payment_intent: id }))
}

const newest = <T>(things: Record<string, T>) => Object.values(things).toReversed().slice(0, 20)

function section(title: string, rows: string[]): string {
  return rows.length === 0 ? '' : `<h2>${title}</h2><ul class="rows">${rows.join('')}</ul>`
}

function row(said: string, ...buttons: string[]): string {
  return `<li><span>${escapeHtml(said)}</span>${buttons.join('')}</li>`
}

function button(action: string, label: string, fields: Record<string, string>): string {
  return postButton(`/_control/${action}`, label, '', fields)
}
