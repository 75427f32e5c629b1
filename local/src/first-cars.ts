import type { GateDirection } from '@turnpike/contracts/gate-command.ts'
import type { Stack } from '@turnpike/contracts/stack.ts'
import { driveUp, pay } from './driver.ts'

/** A few cars of every kind, so that the screens of a fresh demo show each outcome. Ends by itself; nobody is left waiting. */
export async function driveFirstCars(stack: Stack): Promise<void> {
  const [garage, staff] = [...new Set(stack.gates.map(({ siteId }) => siteId))]
  const gates = (siteId: string | undefined, direction: GateDirection) =>
    stack.gates.filter((gate) => gate.siteId === siteId && gate.direction === direction)
  const [northIn, southIn] = gates(garage, 'entry')
  const [northOut, southOut] = gates(garage, 'exit')
  const [staffIn] = gates(staff, 'entry')

  await Promise.all([
    inTurn([northIn!, 'B TP 3001'], [northIn!, 'B ML 2041'], [northIn!, 'HH KA 712']),
    inTurn([southIn!, 'B TP 3002'], [southIn!, 'B XX 6660']),
    inTurn([staffIn!, 'ZH 418 902'], [staffIn!, 'ZG 55 120']),
  ])
  await Promise.all([
    inTurn([northOut!, 'B ML 2041'], [northOut!, 'B TP 3001']).then(() => pay(stack, garage!, 'B TP 3001')),
    inTurn([southOut!, 'B TP 3002']).then(() => pay(stack, garage!, 'B TP 3002')),
  ])

  async function inTurn(...cars: [Stack['gates'][number], string][]) {
    for (const [gate, plate] of cars) await driveUp(stack, gate, plate)
  }
}
