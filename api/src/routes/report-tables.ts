import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import { reasonCodes } from '@turnpike/contracts/decision.ts'
import { passageKind } from '@turnpike/contracts/gate-command.ts'
import type { OccupancyReport, RevenueReport, TrafficReport, UncollectedItem } from '@turnpike/contracts/report.ts'
import type { Row, Table } from '../plugins/csv.ts'

/* Reports as the lines of a table: columns, and their rows. Money is decimal there, with its currency beside it. */

const ofBucket = ['period', 'start', 'end']

/** A line for each provider and rate of VAT that a bucket had payments or refunds of. */
export function revenueTable({ items, currency }: RevenueReport): Table {
  const amount = (minor: number | null) => (minor === null ? null : decimalAmount(minor, currency))
  const rows = items.flatMap(({ period, start, end, lines }) =>
    lines.map(({ grossMinor, vatMinor, refundedMinor, refundedVatMinor, netMinor, ...line }) => ({
      ...line,
      period,
      start,
      end,
      gross: amount(grossMinor),
      vat: amount(vatMinor),
      refunded: amount(refundedMinor),
      refundedVat: amount(refundedVatMinor),
      net: amount(netMinor),
      currency,
    })),
  )
  const paid = ['provider', 'vatPercent', 'count', 'gross', 'vat']
  return { columns: [...ofBucket, ...paid, 'refundCount', 'refunded', 'refundedVat', 'net', 'currency'], rows }
}

/** A line for each bucket; a column for each reason that somebody was denied for. */
export function trafficTable({ items }: TrafficReport): Table {
  const reasons = reasonCodes.filter((reason) => items.some(({ denialsByReason }) => reason in denialsByReason))
  const rows = items.map(({ denialsByReason, passages, ...counts }) => ({
    ...counts,
    ...Object.fromEntries(reasons.map((reason) => [`denied_${reason}`, denialsByReason[reason] ?? 0])),
    ...passages,
  }))
  const columns = ['entries', 'exits', 'payAnswers', 'denials', ...reasons.map((reason) => `denied_${reason}`)]
  return { columns: [...ofBucket, ...columns, ...passageKind.options, 'fallbackDecisions'], rows }
}

export function occupancyTable({ items }: OccupancyReport): Table {
  return { columns: [...ofBucket, 'atStart', 'most'], rows: items }
}

export function uncollectedTable(items: AsyncIterable<UncollectedItem>): Table {
  const amounts = ['price', 'paid', 'owed', 'currency']
  const columns = ['id', 'plate', 'openedAt', 'endedAt', 'cause', 'gateName', 'reason', ...amounts]
  return { columns, rows: toRows(items) }
}

async function* toRows(items: AsyncIterable<UncollectedItem>): AsyncGenerator<Row, void, undefined> {
  for await (const { currency, priceMinor, paidMinor, owedMinor, lines: _lines, ...item } of items)
    yield {
      ...item,
      currency,
      price: decimalAmount(priceMinor, currency),
      paid: decimalAmount(paidMinor, currency),
      owed: decimalAmount(owedMinor, currency),
    }
}
