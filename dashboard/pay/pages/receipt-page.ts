import { providerList } from '@turnpike/contracts/provider-list.ts'
import type { Receipt } from '@turnpike/contracts/receipt.ts'
import { element } from '../element.ts'
import { day, dayAndClock, lineText, money } from '../formats.ts'
import { words } from '../language.ts'
import type { PayApi } from '../pay-api.ts'
import { button, card, isNotFound, rows, show, skeleton } from '../views.ts'

/** A receipt for the tax office: printable, at an address that stays. */
export async function showReceipt(api: PayApi, receiptId: string): Promise<void> {
  show('loading', skeleton(words().receipt))
  try {
    const receipt = await api.receipt(receiptId)
    document.title = `${words().receipt} ${receipt.number}, ${receipt.siteName}`
    show('receipt', receiptCard(receipt))
  } catch (error) {
    if (!isNotFound(error)) throw error
    show('unknown', card(words().unknownReceipt, ''))
  }
}

function receiptCard(receipt: Receipt): HTMLElement {
  const said = words()
  const { siteName, issuer, timeZone, amountMinor, currency, provider, capturedAt, what, planName, from, until } =
    receipt
  const paid = `${dayAndClock(capturedAt, timeZone)}, ${said.paidWith(providerList[provider])}`
  const stay = from === null ? '' : dayAndClock(from, timeZone)
  const facts: [string, string][] = [
    [said.receiptNumber, String(receipt.number)],
    [said.receiptFor[what], planName ?? siteName],
    ...(from === null
      ? []
      : [[said.stayed, until === null ? stay : `${stay} – ${dayAndClock(until, timeZone)}`] as [string, string]]),
    [said.paidAt, paid],
  ]
  return element(
    'article',
    { className: 'card receipt' },
    element('p', { className: 'site' }, siteName),
    element('h1', {}, said.receipt),
    issuer !== null && element('p', { className: 'issuer' }, issuer),
    rows('facts', facts),
    rows('lines', [
      ...receipt.lines.map(
        (line) => [lineText(line, currency), line.amountMinor === 0 ? '' : money(line.amountMinor, currency)] as const,
      ),
      [said.total, money(amountMinor, currency)],
    ]),
    vat(receipt),
    receipt.refunds.length > 0 &&
      rows(
        'facts',
        receipt.refunds.map((refund) => [
          said.refunded(day(refund.occurredAt, timeZone)),
          money(-refund.amountMinor, currency),
        ]),
      ),
    button(said.print, () => print(), 'secondary no-print'),
    element('p', { className: 'note no-print' }, said.keepLink),
  )
}

function vat({ vat: part, currency }: Receipt): HTMLElement {
  const said = words()
  if (part === null) return element('p', { className: 'note left' }, said.noVat)
  return rows('facts', [
    [said.net(part.percent), money(part.netMinor, currency)],
    [said.vat(part.percent), money(part.vatMinor, currency)],
  ])
}
