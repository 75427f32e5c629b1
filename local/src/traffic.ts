import { pageOf } from '@turnpike/contracts/page.ts'
import { sessionItem } from '@turnpike/contracts/session.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { signIn } from './auth-users.ts'
import { driveUp, type Gate, pay } from './driver.ts'
import { readStackFile } from './stack-file.ts'

/*
 * `npm run traffic`: cars come and go at the demo's first site until it is stopped. The same fleet every time, so that the car park
 * never fills up; who is inside is asked of the API, so that a second run goes on where the first one stopped.
 */

const fleet = Array.from({ length: 40 }, (_, index) => `B TQ ${1000 + index * 37}`)
const subscribers = ['B ML 2041', 'PO 7WK21', 'B HC 101', 'B HC 102']
const unwelcome = ['B XX 6660', 'HH RT 99']
const comfortable = 18

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(0))
process.once('disconnect', () => process.exit(0))

const stack = await readStackFile().catch((error: Error) => {
  console.error(`\n${error.message}\n`)
  process.exit(1)
})
const siteId = stack.gates[0]!.siteId
const inside = await listInside(stack).catch((error: Error) => {
  console.error(`\nThe stack of .local/stack.json does not answer (${error.message}). Is it running?\n`)
  process.exit(1)
})
console.log(`Driving cars through ${stack.dashboard}: stop with Ctrl-C.`)

while (true) {
  await oneCar().catch((error: Error) => console.error(`  ${error.message}`))
  await new Promise((resolve) => setTimeout(resolve, 1000 + Math.random() * 3000))
}

async function oneCar(): Promise<void> {
  if (Math.random() < 0.05) return arrive(pick(unwelcome))
  const mine = [...fleet, ...subscribers].filter((plate) => inside.has(bare(plate)))
  const leaving = mine.length > 4 && Math.random() < mine.length / (2 * comfortable)
  if (leaving) return leave(pick(mine))
  return arrive(pick([...fleet, ...subscribers].filter((plate) => !inside.has(bare(plate)))))
}

async function arrive(plate: string): Promise<void> {
  const answer = await driveUp(stack, pick(gates('entry')), plate)
  console.log(`  ${plate.padEnd(10)} arrives  ${answer === undefined ? 'read' : `${answer.outcome}, ${answer.reason}`}`)
  if (answer?.outcome !== 'DENY' && !unwelcome.includes(plate)) inside.add(bare(plate))
}

/** Most drivers pay at the exit, some go back to the machine first and come again later. */
async function leave(plate: string): Promise<void> {
  const answer = await driveUp(stack, pick(gates('exit')), plate)
  console.log(`  ${plate.padEnd(10)} leaves   ${answer === undefined ? 'read' : `${answer.outcome}, ${answer.reason}`}`)
  if (answer?.outcome === 'ALLOW') return void inside.delete(bare(plate))
  if (Math.random() < 0.2) return
  const quote = await pay(stack, siteId, plate)
  if (quote !== null)
    console.log(`  ${plate.padEnd(10)} pays     ${(quote.amountMinor / 100).toFixed(2)} ${quote.currency}`)
  inside.delete(bare(plate))
}

async function listInside({ api, auth, operators }: Stack): Promise<Set<string>> {
  const admin = operators.find(({ role }) => role === 'admin')!
  const token = await signIn(auth, admin.email, admin.password)
  const answer = await fetch(`${api}/v1/sessions?siteId=${siteId}&state=open&limit=200`, {
    headers: { authorization: `Bearer ${token}` },
  })
  if (!answer.ok) throw new Error(`sessions: ${answer.status}`)
  const { items } = pageOf(sessionItem).parse(await answer.json())
  return new Set(items.flatMap(({ plate }) => (plate === null ? [] : [plate])))
}

function gates(direction: Gate['direction']): Gate[] {
  return stack.gates.filter((gate) => gate.siteId === siteId && gate.direction === direction)
}

function pick<T>(from: T[]): T {
  return from[Math.floor(Math.random() * from.length)]!
}

/** As the API writes plates. */
function bare(plate: string): string {
  return plate.replaceAll(' ', '')
}
