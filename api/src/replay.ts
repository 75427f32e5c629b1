import { decimalAmount } from '@turnpike/contracts/currency-decimals.ts'
import { inEnglish, type Look, type LookPart } from '@turnpike/contracts/explanation.ts'
import { config } from './config.ts'
import { openDatabase } from './db/client.ts'
import { type Replay, replayDecision } from './services/replay-decision.ts'

/*
 * `npm run replay -- <decisionId>`: decides a stored decision again and says which rule fired. Exit code 0: the same decision; 1: not
 * the same; 2: there is none of that id; 3: nobody could be asked. Prints no plate: what a decision is made from has none.
 */

const [id, ...more] = process.argv.slice(2)
if (id === undefined || more.length > 0) leave(2, 'Say which decision: npm run replay -- <decisionId>')
const replay = await ask(id).catch((error: Error) => leave(3, error.message))
if (replay === undefined) leave(2, `There is no decision ${id}.`)
console.log(textOf(replay))
process.exitCode = replay.again?.differences.length === 0 ? 0 : 1

async function ask(decisionId: string): Promise<Replay | undefined> {
  const database = openDatabase(config.database().DATABASE_URL, 'replay', () => {}, { connections: 1 })
  return replayDecision({ database }, decisionId).finally(() => database.close())
}

function textOf({ id, at, rulesVersion, stored, again }: Replay): string {
  const mode = stored.mode === 'normal' ? '' : ` (${stored.mode})`
  const head = [`Decision ${id} of ${at.toISOString()}`, `${stored.outcome} ${stored.reason}${mode}`]
  const { decided, again: now } = rulesVersion
  const rules = decided === now ? `rules ${now}` : `rules ${now}; it was made with rules ${decided}`
  if (again === null)
    return [...head, '', `NOT decided again: its facts are not what ${rules}, decide from.`].join('\n')
  const { explanation, differences } = again
  const facts = explanation.facts.map(({ name, value }) => `  ${inEnglish(name).padEnd(26)} ${valueText(value)}`)
  const width = Math.max(...explanation.lines.map(({ text }) => text.length), 26)
  const lines = explanation.lines.map(({ text, amount }) => `  ${text.padEnd(width)} ${amount.padStart(10)}`)
  const result = differences.length === 0 ? ['the same.'] : ['NOT the same.', ...differences.map((each) => `  ${each}`)]
  return [
    ...head,
    explanation.rule,
    '',
    ...facts,
    ...lines,
    '',
    `Decided again with ${rules}: ${result.join('\n')}`,
  ].join('\n')
}

function valueText(value: Look['value']): string {
  return value.map((clause) => clause.map(partText).join(' ')).join(', ')
}

function partText(part: LookPart): string {
  if ('word' in part) return inEnglish(part.word)
  if ('instant' in part) return part.instant
  if ('seconds' in part) return `${part.seconds} s`
  if ('share' in part) return String(part.share)
  return `${decimalAmount(part.amountMinor, part.currency)} ${part.currency}`
}

function leave(code: number, message: string): never {
  console.error(message)
  process.exit(code)
}
