import type { QuoteLine } from '@turnpike/contracts/quote.ts'
import { type Receipt, receipt } from '@turnpike/contracts/receipt.ts'
import type { Vat } from '@turnpike/contracts/tariff.ts'
import { vatIncludedIn } from '../domain/tariff/vat.ts'
import { Refusal } from '../errors.ts'
import { findReceipt } from '../repositories/receipts.ts'
import type { Deps } from './deps.ts'

/** The receipt of a payment, for whoever has its link: neither who paid nor which vehicle is in it. */
export async function showReceipt(deps: Deps, receiptId: string): Promise<Receipt> {
  const row = await findReceipt(deps.database.db, receiptId)
  if (row === undefined) throw new Refusal('not_found', 'There is no such receipt.')
  const { amountMinor, quote, planName } = row
  const vatMinor =
    row.vatPercent === null ? 0 : vatIncludedIn(amountMinor, { percent: row.vatPercent, included: true } satisfies Vat)
  return receipt.parse({
    ...row,
    what: quote === null ? 'subscription' : quote.credit ? 'credit' : 'stay',
    planName,
    from: quote && !quote.credit ? quote.chargedFrom.toISOString() : null,
    until: quote && !quote.credit ? quote.pricedAt.toISOString() : null,
    lines: quote ? (quote.lines as QuoteLine[]) : [],
    vat: row.vatPercent === null ? null : { percent: row.vatPercent, vatMinor, netMinor: amountMinor - vatMinor },
    capturedAt: row.capturedAt.toISOString(),
    refunds: row.refunds.map((each) => ({ ...each, occurredAt: new Date(each.occurredAt).toISOString() })),
  })
}
