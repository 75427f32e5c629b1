import type Stripe from 'stripe'
import { backLink, escapeHtml, htmlPage, postButton } from '../html.ts'
import { stripeMoney } from './pay-page.ts'
import type { StripeKept } from './stripe-kept.ts'

/** The billing portal: what a customer subscribes to, its invoices, and the way to cancel. */
export function portalPage(portal: Stripe.BillingPortal.Session, kept: StripeKept): string {
  const subscriptions = Object.values(kept.subscriptions).filter(({ customer }) => customer === portal.customer)
  const invoices = Object.values(kept.invoices).filter(({ customer }) => customer === portal.customer)
  const rows = subscriptions.map((one) => {
    const ends = one.cancel_at_period_end ? ', ends with its period' : ''
    const at = `/p/session/${portal.id}/${one.id}`
    const button =
      one.status === 'canceled'
        ? ''
        : one.cancel_at_period_end
          ? postButton(`${at}/keep`, 'Keep it')
          : postButton(`${at}/cancel`, 'Cancel at period end')
    return `<li><span>${escapeHtml(one.description ?? one.id)}: ${escapeHtml(one.status)}${ends}</span>${button}</li>`
  })
  const bills = invoices.map(
    ({ number, amount_due, currency, status }) =>
      `<li><span>${escapeHtml(number ?? '')}: ${escapeHtml(stripeMoney(amount_due, currency))}, ${escapeHtml(status ?? '')}</span></li>`,
  )
  return htmlPage(
    'Stripe',
    'Billing',
    `<h2>Subscriptions</h2><ul class="rows">${rows.join('')}</ul>
     <h2>Invoices</h2><ul class="rows">${bills.join('')}</ul>${backLink(portal.return_url, 'Back')}`,
  )
}
