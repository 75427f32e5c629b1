import type Stripe from 'stripe'
import { backLink, escapeHtml, htmlPage, money, postButton } from '../html.ts'
import type { KeptCheckout } from './stripe-kept.ts'

/** The hosted payment page. */
export function payPage({ session, lines }: KeptCheckout, declined: boolean): string {
  const back = backLink(session.cancel_url, 'Back to shop')
  if (session.status === 'expired') return page('This checkout has expired', `<p>It can no longer be paid.</p>${back}`)
  if (session.status === 'complete') {
    const onItsWay = session.payment_status === 'unpaid'
    const said = onItsWay ? `${sum(session)} is on its way.` : `${sum(session)} was paid.`
    return page(
      onItsWay ? 'On its way' : 'Paid',
      `<p>${escapeHtml(said)}</p>${backLink(successUrl(session), 'Continue')}`,
    )
  }
  const notice = declined ? '<p class="declined" role="alert">✕ Your card was declined. You can try again.</p>' : ''
  const at = `/c/pay/${session.id}`
  const subscribes = session.mode === 'subscription'
  return page(
    subscribes ? `Subscribe for ${sum(session)}` : `Pay ${sum(session)}`,
    `<p>${lines.map(escapeHtml).join('<br>')}</p>${notice}
    ${postButton(`${at}/pay`, subscribes ? 'Subscribe' : 'Pay', 'pay')}
    ${subscribes ? '' : postButton(`${at}/later`, 'Pay by bank debit (the money arrives later)')}
    ${postButton(`${at}/decline`, 'Decline')}
    ${back}`,
  )
}

export function noCheckoutPage(): string {
  return page('No such checkout', '<p>Ask for a new one.</p>')
}

/** Where the driver goes after paying, with Stripe's placeholder filled in. */
export function successUrl(session: Stripe.Checkout.Session): string {
  return session.success_url!.replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}

/** https://docs.stripe.com/currencies: how many decimals Stripe's amounts have. */
export function stripeMoney(amount: number, currency: string): string {
  const code = currency.toUpperCase()
  const none = ['BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']
  const decimals = none.includes(code) ? 0 : ['BHD', 'JOD', 'KWD', 'OMR', 'TND'].includes(code) ? 3 : 2
  return money(amount, code, decimals)
}

const sum = ({ amount_total, currency }: Stripe.Checkout.Session) => stripeMoney(amount_total!, currency!)
const page = (title: string, body: string) => htmlPage('Stripe', title, body)
