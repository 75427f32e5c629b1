import type pg from 'pg'
import type { History, ReadTold } from './history.ts'

type Stored = {
  camera_id: string
  event_id: string
  disposition: string
  id: string | null
  outcome: string
  reason: string
  mode: string
  session_id: string | null
  command_id: string | null
  quote_id: string | null
  amount_minor: number | null
  matched_plate: string | null
}

/** What of the history is not what was stored, or does not hold together: in words, empty when all is well. */
export async function contradictions(pool: pg.Pool, siteIds: string[], history: History): Promise<string[]> {
  const stored = await load(pool, siteIds)
  return [
    ...history.reads.flatMap((read) => contradictionsOfRead(read, history.reads, stored)),
    ...unaskedReads(history.reads, stored),
    ...opensGivenTwice(history.reads),
    ...contradictionsOfResults(history, stored),
    ...contradictionsOfPayments(history, stored),
    ...contradictionsOfPassages(history, stored),
  ]
}

const key = (cameraId: string, eventId: string) => `${cameraId} ${eventId}`

async function load(pool: pg.Pool, siteIds: string[]) {
  const query = async <Row extends pg.QueryResultRow>(name: string, text: string) =>
    (await pool.query<Row>({ name, text, values: [siteIds] })).rows
  const reads = await query<Stored>(
    'told-reads',
    `select k.camera_id, k.event_id, r.disposition, d.id, d.outcome, d.reason, d.mode, d.session_id, d.command_id, d.quote_id,
       q.amount_minor, p.plate as matched_plate
     from gates g join cameras c on c.gate_id = g.id join read_keys k on k.camera_id = c.id join reads r on r.id = k.read_id
     left join decisions d on d.id = k.decision_id left join quotes q on q.id = d.quote_id left join plates p on p.id = d.matched_plate_id
     where g.site_id = any($1)`,
  )
  const commands = await query<{ id: string; gate_id: string; decision_id: string | null; outcome: string | null }>(
    'told-commands',
    'select c.* from gates g join commands c on c.gate_id = g.id where g.site_id = any($1)',
  )
  const payments = await query<{ fact_id: string; quote_id: string; amount_minor: number; session_id: string | null }>(
    'told-payments',
    'select * from payments where site_id = any($1)',
  )
  const passages = await query<{ gate_id: string; occurred_at: Date; kind: string }>(
    'told-passages',
    'select p.* from gates g join passages p on p.gate_id = g.id where g.site_id = any($1)',
  )
  const quotes = await query<{
    id: string
    session_id: string | null
    amount_minor: number
    expires_at: Date
    closed_at: Date | null
  }>(
    'told-quotes',
    'select q.*, y.closed_at from sessions y join quotes q on q.session_id = y.id where y.site_id = any($1)',
  )
  return {
    reads: new Map(reads.map((read) => [key(read.camera_id, read.event_id), read])),
    commands: new Map(commands.map((command) => [command.id, command])),
    payments,
    passages,
    quotes: new Map(quotes.map((quote) => [quote.id, quote])),
  }
}
type Everything = Awaited<ReturnType<typeof load>>

function contradictionsOfRead(read: ReadTold, reads: ReadTold[], { reads: stored, commands }: Everything): string[] {
  const { answer, camera, eventId } = read
  const row = stored.get(key(camera.id, eventId))
  const say = (what: string) => `${eventId} at ${camera.id}: ${what}: ${JSON.stringify({ answer, row })}`
  if (answer === undefined) {
    const neverInTime = reads.every(
      (other) => !isSameEvent(other, read) || (other.heldBack && other.answer === undefined),
    )
    return row !== undefined && neverInTime ? [say('came too late, and yet it was stored')] : []
  }
  if (row === undefined) return [say('was answered and not stored')]
  const told = {
    id: answer.decisionId,
    outcome: answer.outcome,
    reason: answer.reason,
    mode: answer.mode,
    session_id: answer.sessionId,
    quote_id: answer.quote?.id ?? null,
    amount_minor: answer.quote?.amountMinor ?? null,
    matched_plate: answer.matchedPlate,
  }
  const problems = Object.entries(told)
    .filter(([field, value]) => value !== row[field as keyof Stored])
    .map(([field]) => say(`"${field}" was not answered as it was stored`))
  if (answer.openBarrier) {
    const command = answer.commandId === null ? undefined : commands.get(answer.commandId)
    if (answer.outcome !== 'ALLOW' || answer.mode === 'history') problems.push(say('opens without an ALLOW'))
    if (command === undefined || command.gate_id !== camera.gate.id) problems.push(say('opens without a command'))
  }
  const first = reads.find((other) => isSameEvent(other, read) && other.answer?.duplicate === false)?.answer
  if (answer.duplicate && first !== undefined && first.commandId !== answer.commandId)
    problems.push(say(`a repeat has another command than the ${first.commandId} of the first answer`))
  return problems
}

function isSameEvent(a: ReadTold, b: ReadTold): boolean {
  return a.camera.id === b.camera.id && a.eventId === b.eventId
}

/** Each command is given to one event, and to it again when it is repeated. */
function opensGivenTwice(reads: ReadTold[]): string[] {
  const given = new Map<string, ReadTold>()
  return reads.flatMap((read) => {
    const { answer } = read
    if (!answer?.openBarrier) return []
    const before = given.get(answer.commandId!) ?? read
    given.set(answer.commandId!, before)
    return isSameEvent(before, read) ? [] : [`${answer.commandId} opens for ${before.eventId} and for ${read.eventId}`]
  })
}

function unaskedReads(reads: ReadTold[], { reads: stored }: Everything): string[] {
  const asked = new Set(reads.map(({ camera, eventId }) => key(camera.id, eventId)))
  return [...stored.keys()].filter((k) => !asked.has(k)).map((k) => `${k} was stored, but nobody sent it`)
}

/** The first result counts: no definite one that was accepted differs from what is stored. */
function contradictionsOfResults({ results }: History, { commands }: Everything): string[] {
  return results
    .filter(({ status, outcome, commandId }) => status === 200 && outcome !== commands.get(commandId)?.outcome)
    .filter(({ outcome }) => outcome !== 'unknown')
    .map(
      ({ commandId, outcome }) => `${commandId} was ${outcome}, and is stored as ${commands.get(commandId)?.outcome}`,
    )
}

function contradictionsOfPayments(history: History, { payments, quotes, reads, commands }: Everything): string[] {
  const problems: string[] = []
  for (const told of history.payments) {
    const stored = payments.filter((payment) => payment.fact_id === told.factId)
    if (stored.length !== 1) problems.push(`${told.factId} was paid once and is stored ${stored.length} times`)
    const applied = history.payments.filter(({ factId, result }) => factId === told.factId && result === 'applied')
    if (applied.length !== 1) problems.push(`${told.factId} was applied ${applied.length} times`)
  }
  // Who has paid, and is read well, is not told to pay, unless he was let out and has not gone.
  const letOut = new Set([...commands.values()].map((command) => command.decision_id))
  for (const { answer, asked, at, camera, eventId, plate, sure } of history.reads) {
    if (answer?.outcome !== 'PAY' || camera.gate.direction !== 'exit' || answer.duplicate) continue
    if (!sure || answer.matchedPlate !== plate || letOut.has(answer.decisionId)) continue
    const paid = history.payments.find((payment) => {
      const quote = quotes.get(payment.quoteId)
      return (
        payment.answered < asked &&
        quote?.session_id === answer.sessionId &&
        (quote.closed_at === null || quote.closed_at > at) &&
        payment.amountMinor >= quote.amount_minor &&
        payment.at <= quote.expires_at &&
        +at - +payment.at <= exitBufferMs
      )
    })
    if (paid !== undefined)
      problems.push(
        `${eventId} was told to pay after ${paid.factId}: ${JSON.stringify(reads.get(key(camera.id, eventId)))}`,
      )
  }
  return problems
}

/** The default of a site. */
const exitBufferMs = 900_000

function contradictionsOfPassages({ passages: told }: History, { passages }: Everything): string[] {
  return told.flatMap(({ gate, did, occurredAt }) => {
    const stored = passages.filter((p) => p.gate_id === gate.id && +p.occurred_at === +occurredAt && p.kind === did)
    return stored.length === 1 ? [] : [`a vehicle ${did} at ${gate.id} once, and is stored ${stored.length} times`]
  })
}
