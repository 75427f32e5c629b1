import { backLink, escapeHtml, htmlPage, money, postButton } from '../html.ts'
import { read } from './amounts.ts'
import type { Amount, KeptOrder, KeptSubscription } from './paypal-kept.ts'

/** Where a buyer approves an order. Money moves when the merchant captures it. */
export function orderPage({ order, cancelUrl, ...urls }: KeptOrder, declined: boolean): string {
  const unit = order.purchase_units[0]!
  const cancel = backLink(withToken(cancelUrl, order.id), 'Cancel and return')
  if (order.status === 'VOIDED') return page('This order has ended', cancel)
  if (order.status === 'COMPLETED' || (order.status === 'APPROVED' && !declined)) {
    return page(
      'Approved',
      `<p>You approved ${sum(unit.amount)}.</p>${backLink(withToken(urls.returnUrl, order.id), 'Continue')}`,
    )
  }
  const at = `/checkoutnow/${order.id}`
  return page(
    `Pay ${sum(unit.amount)}`,
    `<p>${escapeHtml(unit.description ?? 'Order')}</p>${declined ? notice : ''}
    ${postButton(`${at}/balance`, 'Pay', 'pay')}
    ${postButton(`${at}/echeck`, 'Pay by eCheck (the money arrives later)')}
    ${postButton(`${at}/declined`, 'Approve, and the bank declines')}
    ${postButton(`${at}/decline`, 'Decline')}
    ${cancel}`,
  )
}

/** Where a buyer agrees to a subscription. */
export function subscriptionPage(
  { subscription, returnUrl, cancelUrl }: KeptSubscription,
  price: Amount,
  name: string,
  declined: boolean,
): string {
  const { id, status } = subscription
  if (status !== 'APPROVAL_PENDING') {
    return page(
      'Approved',
      `<p>This subscription is ${escapeHtml(status.toLowerCase())}.</p>${backLink(subscriptionUrl(returnUrl, id), 'Continue')}`,
    )
  }
  const at = `/webapps/billing/subscriptions/${id}`
  return page(
    `Subscribe for ${sum(price)}`,
    `<p>${escapeHtml(name)}</p>${declined ? notice : ''}
    ${postButton(`${at}/agree`, 'Agree & Subscribe', 'pay')}
    ${postButton(`${at}/decline`, 'Decline')}
    ${backLink(subscriptionUrl(cancelUrl, id), 'Cancel and return')}`,
  )
}

export function noOrderPage(): string {
  return page('No such order', '<p>Ask for a new one.</p>')
}

/** PayPal adds the order's id to the merchant's page. */
export function withToken(url: string | null, token: string): string | null {
  if (url === null) return null
  const back = new URL(url)
  back.searchParams.set('token', token)
  back.searchParams.set('PayerID', 'TESTDR5VER234')
  return back.href
}

export function subscriptionUrl(url: string | null, id: string): string | null {
  if (url === null) return null
  const back = new URL(url)
  back.searchParams.set('subscription_id', id)
  return back.href
}

const notice = '<p class="declined" role="alert">✕ Your bank declined it. You can try again.</p>'
const sum = (amount: Amount) => {
  const units = read(amount)
  return escapeHtml(money(units, amount.currency_code, amount.value.split('.')[1]?.length ?? 0))
}
const page = (title: string, body: string) => htmlPage('PayPal', title, body)
