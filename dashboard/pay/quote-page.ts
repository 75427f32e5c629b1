import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { formatMoney } from '../src/format/money.ts'
import { sameDay, timeOfDay } from '../src/format/time.ts'
import { element } from './element.ts'
import type { PayApi } from './pay-api.ts'
import { button, card, problem, show, skeleton } from './views.ts'

/** What is owed, how it came about, and the way to pay it; or that it is paid or expired. */
export async function showQuote(api: PayApi, quoteId: string): Promise<void> {
  show('loading', skeleton('Loading the price'))
  const quote = await api.quote(quoteId)
  if (quote.state === 'paid') return showPaid(quote)
  if (quote.state === 'expired') return showExpired(quote)
  show('open', openQuote(api, quote))
  // Only the server says that a quote has expired: this phone's clock may be wrong.
  const untilExpiry = new Date(quote.expiresAt).getTime() - Date.now()
  const lookAgain = () => {
    if (document.getElementById('page')?.dataset.state === 'open') void showQuote(api, quoteId).catch(() => {})
  }
  setTimeout(lookAgain, Math.min(Math.max(untilExpiry, 0) + 1000, 3_600_000))
}

/**
 * After the provider sent the driver back: the confirmation comes to the server on its own way, mostly within seconds.
 * @param patience how often to look, and how long
 */
export async function waitForPayment(
  api: PayApi,
  quoteId: string,
  patience = { everyMs: 1500, forMs: 120_000 },
): Promise<void> {
  const steps = element(
    'ol',
    { className: 'steps' },
    element('li', {}, 'Card payment sent'),
    element('li', {}, 'Confirmation'),
  )
  const waiting = card('Confirming your payment', 'This takes a few seconds. Please keep this page open.', steps)
  waiting.setAttribute('role', 'status')
  show('confirming', waiting)
  const giveUp = Date.now() + patience.forMs
  while (Date.now() < giveUp) {
    // A phone that just switched networks fails once or twice: only a long silence is worth a word.
    const quote = await api.quote(quoteId).catch(() => undefined)
    if (quote?.state === 'paid') return showPaid(quote)
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs))
  }
  showUnconfirmed(api, quoteId)
}

function showUnconfirmed(api: PayApi, quoteId: string): void {
  show(
    'unconfirmed',
    card(
      'Not confirmed yet',
      'If you completed the payment, do not pay again: the confirmation may still arrive. Call for help if the barrier stays closed.',
      button('Look again', () => void waitForPayment(api, quoteId)),
      element(
        'a',
        { className: 'quiet', href: `/pay/${encodeURIComponent(quoteId)}` },
        'I did not pay: back to the price',
      ),
    ),
  )
}

function openQuote(api: PayApi, quote: PublicQuote): HTMLElement {
  const { siteName, amountMinor, currency, expiresAt, timeZone } = quote
  const trouble = element('div', { className: 'trouble' })
  const pay = button('Pay with card', async () => {
    pay.disabled = true
    pay.ariaBusy = 'true'
    trouble.replaceChildren()
    try {
      const { redirectUrl } = await api.checkout(quote.id)
      location.assign(redirectUrl)
    } catch (error) {
      trouble.replaceChildren(problem(error, () => pay.click()))
      pay.disabled = false
      pay.ariaBusy = 'false'
    }
  })
  return element(
    'section',
    { className: 'card ticket' },
    element('p', { className: 'site' }, siteName),
    element('h1', { className: 'owed' }, element('small', {}, 'To pay'), formatMoney(amountMinor, currency)),
    stay(quote),
    breakdown(quote),
    pay,
    element('p', { className: 'note' }, `This price is valid until ${timeOfDay(expiresAt, timeZone)}.`),
    trouble,
  )
}

function stay({ from, pricedAt, timeZone }: PublicQuote): HTMLElement {
  const day = sameDay(from, pricedAt, timeZone)
    ? ''
    : `${new Date(from).toLocaleDateString(undefined, { timeZone, day: 'numeric', month: 'short' })}, `
  return element(
    'p',
    { className: 'stay' },
    `Parked ${day}${timeOfDay(from, timeZone)} – ${timeOfDay(pricedAt, timeZone)}`,
  )
}

function breakdown({ lines, amountMinor, currency }: PublicQuote): HTMLElement {
  const rows = [...lines.map((line) => [line.text, line.amountMinor] as const), ['Total', amountMinor] as const]
  return element(
    'dl',
    { className: 'lines' },
    ...rows.map(([text, amount]) =>
      // A line of no amount only explains, such as the VAT that the others include.
      element('div', {}, element('dt', {}, text), element('dd', {}, amount === 0 ? '' : formatMoney(amount, currency))),
    ),
  )
}

function showPaid({ siteName, amountMinor, currency, leaveBy, timeZone }: PublicQuote): void {
  const made = element(
    'section',
    { className: 'card paid', role: 'status' },
    element('div', { className: 'tick', ariaHidden: 'true' }),
    leaveBy
      ? element('h1', {}, 'Paid. Please leave by ', element('strong', {}, timeOfDay(leaveBy, timeZone)))
      : element('h1', {}, 'Paid'),
    element('p', {}, afterPayment(leaveBy, timeZone)),
    element('p', { className: 'note' }, `${formatMoney(amountMinor, currency)} · ${siteName}`),
  )
  show('paid', made)
}

/** What the barrier does now, whether the driver stands in front of it or is still up in the garage. */
export function afterPayment(leaveBy: PublicQuote['leaveBy'], timeZone: string): string {
  const help = 'Call for help if it stays closed.'
  if (leaveBy === null) return `Your payment is recorded. Drive up to the barrier. ${help}`
  return `If you are at the barrier, it opens now. Otherwise it opens when you get there by ${timeOfDay(leaveBy, timeZone)}. ${help}`
}

function showExpired({ siteId, siteName }: PublicQuote): void {
  show(
    'expired',
    card(
      'This price has expired',
      `Time went on at ${siteName}, so the price is worked out anew.`,
      element('a', { className: 'primary', href: `/pay?site=${encodeURIComponent(siteId)}` }, 'Get a new price'),
    ),
  )
}
