import type { ProviderName } from '@turnpike/contracts/payment-event.ts'
import { providerList } from '@turnpike/contracts/provider-list.ts'
import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import { ApiError } from '../../src/api/problem.ts'
import type { QuoteAddress } from '../address.ts'
import { element } from '../element.ts'
import { clock, clockWithDay, lineText, money } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { busyButton, button, card, link, show, shown, skeleton, troublePlace } from '../views.ts'
import { showPaid } from './paid-page.ts'

/** What is owed, how it came about, and the ways to pay it; or that it is paid or expired. */
export async function showQuote(api: PayApi, address: QuoteAddress): Promise<void> {
  show('loading', skeleton(words().loadingPrice))
  const quote = await api.quote(address)
  if (quote.state === 'paid') return showPaid(api, address, quote)
  if (quote.state === 'expired') return showExpired(quote)
  show('open', openQuote(api, address, quote))
  // Only the server says that a quote has expired: this phone's clock may be wrong.
  const untilExpiry = new Date(quote.expiresAt).getTime() - Date.now()
  const lookAgain = () => {
    if (shown() === 'open') void showQuote(api, address).catch(() => {})
  }
  setTimeout(lookAgain, Math.min(Math.max(untilExpiry, 0) + 1000, 3_600_000))
}

/**
 * After the provider sent the driver back: the confirmation comes to the server on its own way, mostly within seconds. After a while
 * the page says what else it may be: money that arrives later.
 * @param patience how often to look, when to say so, and how long to look
 */
export async function waitForPayment(
  api: PayApi,
  address: QuoteAddress,
  patience = { everyMs: 1500, hintAfterMs: 12_000, forMs: 120_000 },
): Promise<void> {
  const said = words()
  const hint = element('p', { className: 'note left' })
  const steps = element(
    'ol',
    { className: 'steps' },
    element('li', {}, said.sent),
    element('li', {}, said.confirmation),
  )
  const waiting = card(said.confirming, said.confirmingHint, steps, hint)
  waiting.setAttribute('role', 'status')
  show('confirming', waiting)
  const begun = Date.now()
  while (Date.now() < begun + patience.forMs) {
    // A phone that just switched networks fails once or twice: only a long silence is worth a word.
    const quote = await api.quote(address).catch(() => undefined)
    if (shown() !== 'confirming') return
    if (quote?.state === 'paid') return showPaid(api, address, quote)
    if (Date.now() > begun + patience.hintAfterMs) hint.textContent = said.laterHint
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs))
  }
  show(
    'unconfirmed',
    card(
      said.notConfirmed,
      said.notConfirmedHint,
      button(said.lookAgain, () => void waitForPayment(api, address)),
      link(said.didNotPay, `/pay/${encodeURIComponent(address.quoteId)}`),
    ),
  )
}

function openQuote(api: PayApi, address: QuoteAddress, quote: PublicQuote): HTMLElement {
  const said = words()
  const { siteName, amountMinor, currency, expiresAt, timeZone, credit } = quote
  const trouble = troublePlace()
  const ways = quote.providers.map((provider, index) =>
    busyButton(
      said.paySafely(providerList[provider]),
      () => goAndPay(api, address, provider),
      trouble,
      index === 0 ? 'primary' : 'secondary',
    ),
  )
  return element(
    'section',
    { className: 'card ticket' },
    element('p', { className: 'site' }, siteName),
    element(
      'h1',
      { className: 'owed' },
      element('small', {}, credit ? said.toPayAdvance : said.toPay),
      money(amountMinor, currency),
    ),
    element('p', { className: 'stay' }, stay(quote)),
    breakdown(quote),
    ...(ways.length > 0 ? ways : [element('p', {}, said.notSetUp)]),
    element('p', { className: 'note' }, said.validUntil(clock(expiresAt, timeZone))),
    trouble,
  )
}

/** To the provider's page; or back to what the quote has become, where it was paid or has expired since it was shown. */
async function goAndPay(api: PayApi, address: QuoteAddress, provider: ProviderName): Promise<void> {
  try {
    location.assign((await api.checkout(address.quoteId, provider)).redirectUrl)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 503) throw new ApiError(503, words().wayDown)
    if (error.status !== 409 || (await api.quote(address)).state === 'open') throw error
    await showQuote(api, address)
  }
}

function stay({ from, pricedAt, timeZone, credit }: PublicQuote): string {
  if (credit) return words().advanceHint
  return words().parked(clockWithDay(from, pricedAt, timeZone), clock(pricedAt, timeZone))
}

function breakdown({ lines, amountMinor, currency }: PublicQuote): HTMLElement {
  const described = lines.map((line) => [lineText(line, currency), line.amountMinor] as const)
  return element(
    'dl',
    { className: 'lines' },
    ...[...described, [words().total, amountMinor] as const].map(([text, amount]) =>
      // A line of no amount only explains, such as the VAT that the others include.
      element('div', {}, element('dt', {}, text), element('dd', {}, amount === 0 ? '' : money(amount, currency))),
    ),
  )
}

function showExpired({ siteId, siteName, left }: PublicQuote): void {
  const again = link(words().newPrice, `/pay?site=${encodeURIComponent(siteId)}`, 'primary')
  if (left) show('expired', card(words().stayEnded, words().stayEndedHint(siteName)))
  else show('expired', card(words().expired, words().expiredHint(siteName), again))
}
