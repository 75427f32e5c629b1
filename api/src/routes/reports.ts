import { pageQuery } from '@turnpike/contracts/page.ts'
import {
  bucketSize,
  occupancyReport,
  reportQuery,
  revenueReport,
  trafficReport,
  uncollectedPage,
} from '@turnpike/contracts/report.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sendCsv, type Table, wantsCsv } from '../plugins/csv.ts'
import { callerOf } from '../plugins/operator-auth.ts'
import type { Caller } from '../services/access.ts'
import type { Deps } from '../services/deps.ts'
import { eachUncollected, listUncollected } from '../services/list-uncollected.ts'
import { reportOccupancy } from '../services/report-occupancy.ts'
import { reportRevenue } from '../services/report-revenue.ts'
import { reportTraffic } from '../services/report-traffic.ts'
import { occupancyTable, revenueTable, trafficTable, uncollectedTable } from './report-tables.ts'
import { described } from './resource.ts'

const byDay = { bucket: bucketSize.exclude(['hour']).default('day').describe('what it is counted by') }
const byHour = { bucket: bucketSize.exclude(['month']).default('hour').describe('what it is counted by') }

/** What the books and the overview are made from, as JSON or as a table. */
export async function reports(app: FastifyInstance, deps: Deps) {
  serve(app, 'revenue', 'What was paid and refunded, by day or month', byDay, revenueReport, {
    json: (...asked) => reportRevenue(deps, ...asked),
    csv: async (...asked) => revenueTable(await reportRevenue(deps, ...asked)),
  })
  serve(app, 'traffic', 'What happened at the gates, by hour or day', byHour, trafficReport, {
    json: (...asked) => reportTraffic(deps, ...asked),
    csv: async (...asked) => trafficTable(await reportTraffic(deps, ...asked)),
  })
  serve(app, 'occupancy', 'How many stays were open, by hour, up to now', {}, occupancyReport, {
    json: (...asked) => reportOccupancy(deps, ...asked),
    csv: async (...asked) => occupancyTable(await reportOccupancy(deps, ...asked)),
  })
  const summary = 'Stays that ended without what they owed, the last one first; as a table all of them at once'
  serve(app, 'uncollected', summary, pageQuery, uncollectedPage, {
    json: (caller, { cursor, limit, ...asked }) => listUncollected(deps, caller, asked, { cursor, limit }),
    csv: async (caller, asked) => uncollectedTable(await eachUncollected(deps, caller, asked)),
  })
}

type Query<Q extends z.ZodRawShape> = z.output<z.ZodObject<Omit<typeof reportQuery, 'format'> & Q>>

/** One report at `/v1/reports/{name}`. `query`: what it is asked for besides the site and the time. */
function serve<Q extends z.ZodRawShape, R>(
  app: FastifyInstance,
  name: string,
  summary: string,
  query: Q,
  report: z.ZodType<R>,
  run: {
    json: (caller: Caller, asked: Query<Q>) => Promise<R>
    csv: (caller: Caller, asked: Query<Q>) => Promise<Table>
  },
) {
  const schema = described({
    operationId: `report${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    summary,
    querystring: z.strictObject({ ...reportQuery, ...query }),
    response: {
      200: {
        description: 'The report; as a table, its lines without what they have in common',
        content: { 'application/json': { schema: report }, 'text/csv': { schema: z.string() } },
      },
    },
  })
  app.get(`/v1/reports/${name}`, { schema }, async (request: FastifyRequest, reply: FastifyReply) => {
    const { format, ...asked } = request.query as Query<Q> & { format?: 'json' | 'csv' }
    if (!wantsCsv(request, reply, format)) return run.json(callerOf(request), asked as never)
    return sendCsv(reply, name, await run.csv(callerOf(request), asked as never))
  })
}
