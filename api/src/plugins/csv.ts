import { pipeline, Readable } from 'node:stream'
import { Negotiator } from '@fastify/accept-negotiator'
import { stringify } from 'csv-stringify'
import type { FastifyReply, FastifyRequest } from 'fastify'

const negotiator = new Negotiator({ supportedValues: ['application/json', 'text/csv'] })

/** Whether a table is wanted rather than JSON: as the query says, else as Accept prefers. */
export function wantsCsv(request: FastifyRequest, reply: FastifyReply, asked: 'json' | 'csv' | undefined): boolean {
  reply.header('vary', 'accept')
  return asked === undefined ? negotiator.negotiate(request.headers.accept ?? '*/*') === 'text/csv' : asked === 'csv'
}

/** One line of a table: its cells by the names of their columns, the same ones in every line. */
export type Row = Record<string, string | number | null>
export type Table = { columns: string[]; rows: Iterable<Row> | AsyncIterable<Row> }

const negativeNumber = /^-\d+(\.\d+)?$/

/** Answers with a table (RFC 4180) to be saved as `name`. A cell that a spreadsheet would take for a formula is quoted. */
export function sendCsv(reply: FastifyReply, name: string, { columns, rows }: Table) {
  const csv = stringify({
    header: true,
    columns,
    escape_formulas: true,
    cast: { string: (value) => (negativeNumber.test(value) ? { value, escape_formulas: false } : value) },
    record_delimiter: 'windows',
  })
  // What fails on the way destroys the stream: before the first line it is an error answer, later the download breaks off.
  pipeline(Readable.from(rows), csv, () => {})
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(csv)
}
