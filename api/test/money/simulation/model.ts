import type { Capture, History, Status } from './history.ts'

/*
 * What Postgres must hold in the end, said from the history alone and whatever happened on the way.
 */

const refundOrder = ['pending', 'succeeded', 'failed']
const furthest = (states: string[], order: string[]) => order[Math.max(...states.map((state) => order.indexOf(state)))]!

export type Expected = {
  /** By the number of the capture: what it paid, and whose it is. */
  payments: { n: number; amountMinor: number; of: 'stay' | 'subscription' }[]
  refunds: { n: number; state: string; hasPayment: boolean }[]
  disputes: { n: number; state: string; hasPayment: boolean }[]
  /** What was paid for the stay and did not go back, but for what we passed on ourselves. */
  netMinor: number
  /** Whether the vehicle may leave for what was paid; null where money that went back makes it a matter of order. */
  paid: boolean | null
  /** What is passed on of the stay's payments, back or to the vehicle's next stay, because it was too much: never more than `most`. */
  passedOn: { most: number; exactly: boolean; asCredit: boolean }
  /** What the stay keeps when it is over and nothing is under way any more; null while it goes on. What is contested counts apart. */
  keeps: { most: number; contested: number[]; failedMinor: number } | null
  status: Status
  parked: number
}

/** `priceMinor`: what the stay costs. */
export function expected({ policy, captures, back, life, noise, steps }: History, priceMinor: number): Expected {
  const isKnown = ({ of }: Capture) =>
    of === 'quote 1' || of === 'quote 2' || (of === 'subscription' && life.length > 0)
  const hasPayment = (n: number) => captures[n] !== undefined && isKnown(captures[n])
  const payments = captures.flatMap((capture, n) => {
    const of = capture.of === 'subscription' ? ('subscription' as const) : ('stay' as const)
    return isKnown(capture) ? [{ n, amountMinor: capture.amountMinor, of }] : []
  })
  const refunds = back.flatMap((each, n) =>
    each.kind === 'refund'
      ? [{ n, state: furthest(each.states, refundOrder), hasPayment: hasPayment(each.capture), ...each }]
      : [],
  )
  const disputes = back.flatMap((each, n) =>
    each.kind === 'dispute' ? [{ n, state: each.states.at(-1)!, hasPayment: hasPayment(each.capture) }] : [],
  )
  const ofStay = payments.filter(({ of }) => of === 'stay')
  const paidMinor = ofStay.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const isOfStay = ({ capture }: { capture: number }) => ofStay.some(({ n }) => n === capture)
  const wentBack = refunds.filter((refund) => refund.state === 'succeeded' && isOfStay(refund))
  const refundedMinor = wentBack.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
  const isTouched = refunds.some(isOfStay) || steps.some((step) => step.kind === 'refund' && isOfStay(step))
  const contested = back.filter((each) => each.kind === 'dispute' && each.states.at(-1) !== 'won' && isOfStay(each))
  const exits = steps.filter((step) => step.kind === 'exit').toSorted((a, b) => a.place - b.place)
  const state = exits.reduce(
    (before, exit) => (before === 'open' ? (exit.void ? 'void' : 'closed') : before === 'closed' ? 'open' : 'void'),
    'open',
  )
  const isVoid = state === 'void'
  const isOver = state !== 'open'
  const keptMinor = isVoid ? 0 : priceMinor
  const isPassedOn = isOver || policy === 'refund'
  const wasOver = exits.length > 0
  const failed = refunds.filter((refund) => refund.state === 'failed' && isOfStay(refund))
  const parkedBack = back
    .filter(({ capture }) => !hasPayment(capture))
    .reduce((sum, { states }) => sum + states.length, 0)
  return {
    payments,
    refunds: refunds.map(({ n, state, hasPayment: has }) => ({ n, state, hasPayment: has })),
    disputes,
    netMinor: paidMinor - refundedMinor,
    paid: isTouched || isVoid ? null : paidMinor >= priceMinor,
    passedOn: {
      most: isPassedOn || wasOver ? Math.max(paidMinor - keptMinor, 0) : 0,
      // What had gone on already, when the vehicle turned back, stays where it went unless it was credit.
      exactly: !isTouched && contested.length === 0 && (isPassedOn || !wasOver),
      asCredit: policy === 'credit' && isOver,
    },
    keeps: isOver
      ? {
          most: keptMinor,
          contested: contested.map(({ capture }) => capture),
          failedMinor: failed.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
        }
      : null,
    status: life.at(-1) ?? 'incomplete',
    parked:
      captures.filter((capture) => !isKnown(capture)).length +
      parkedBack +
      noise.filter(({ what }) => what === 'not_understood').length,
  }
}
