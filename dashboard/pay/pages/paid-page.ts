import type { PublicQuote } from '@turnpike/contracts/quote.ts'
import type { QuoteAddress } from '../address.ts'
import { element } from '../element.ts'
import { clock, money } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { link, show, shown } from '../views.ts'

const followEveryMs = 1500
/** Beyond the time by which to leave: the last ones stand before the barrier then. */
const followOnMs = 5 * 60_000

/** That it is paid, by when to leave, what the barrier does meanwhile, and the receipt. */
export function showPaid(api: PayApi, address: QuoteAddress, quote: PublicQuote): void {
  const said = words()
  const { siteName, amountMinor, currency, leaveBy, timeZone, credit } = quote
  const next = element('p', { className: 'next', role: 'status' }, whatNext(quote))
  const receipts = element('div', { className: 'receipts' }, ...receiptLinks(quote))
  const title = credit ? said.creditPaid : leaveBy === null ? said.paid : said.paidLeaveBy
  show(
    'paid',
    element(
      'section',
      { className: 'card paid' },
      element('div', { className: 'tick', ariaHidden: 'true' }),
      element('h1', {}, title, !credit && leaveBy !== null && element('strong', {}, clock(leaveBy, timeZone))),
      next,
      element('p', { className: 'note' }, `${money(amountMinor, currency)} · ${siteName}`),
      receipts,
    ),
  )
  const until = Math.max(Date.now(), leaveBy === null ? 0 : Date.parse(leaveBy)) + followOnMs
  if (!credit) void followBarrier(api, address, next, receipts, until)
}

/** What the driver should do now, by what the barrier is doing; whom it let out need not know what it does for the next. */
export function whatNext({ leaveBy, timeZone, credit, left, gate }: PublicQuote, said = words()): string {
  if (credit) return said.creditPaidHint
  if (left) return said.barrier.opened
  const observed = gate?.observedState
  if (observed === 'fault' || observed === 'held_by_fire_input') return said.barrier[observed]
  if (gate?.openCommand && observed === 'open') return said.barrier.open
  if (gate?.openCommand === 'executed') return said.barrier.opened
  if (gate?.openCommand === 'sent') return `${said.barrier.opening} ${said.callForHelp}`
  if (leaveBy === null) return `${said.recorded} ${said.callForHelp}`
  return `${said.opensBy(clock(leaveBy, timeZone))} ${said.callForHelp}`
}

/** Keeps saying what the barrier does while somebody looks: who paid at home has to drive there first. */
async function followBarrier(
  api: PayApi,
  address: QuoteAddress,
  next: HTMLElement,
  receipts: HTMLElement,
  until: number,
): Promise<void> {
  while (Date.now() < until && shown() === 'paid' && next.isConnected) {
    await new Promise((resolve) => setTimeout(resolve, followEveryMs))
    if (document.hidden) continue
    const quote = await api.quote(address).catch(() => undefined)
    if (quote === undefined) continue
    next.textContent = whatNext(quote)
    receipts.replaceChildren(...receiptLinks(quote))
  }
}

function receiptLinks({ receiptIds }: PublicQuote): HTMLElement[] {
  return receiptIds.map((id) => link(words().showReceipt, `/receipt/${encodeURIComponent(id)}`, 'secondary'))
}
