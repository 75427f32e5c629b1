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
  /** What was paid for the stay and did not go back, but for what we gave back ourselves. */
  netMinor: number
  /** Whether the vehicle may leave for what was paid; null where refunds that were told make it a matter of order. */
  paid: boolean | null
  /** What goes back because it was too much; null where refunds that were told make it a matter of order. */
  surplusMinor: number | null
  status: Status
  parked: number
}

/** `priceMinor`: what the stay costs. */
export function expected({ policy, captures, back, life, noise }: History, priceMinor: number): Expected {
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
  const tooMuch = policy === 'refund' ? Math.max(paidMinor - priceMinor, 0) : 0
  const parkedBack = back
    .filter(({ capture }) => !hasPayment(capture))
    .reduce((sum, { states }) => sum + states.length, 0)
  return {
    payments,
    refunds: refunds.map(({ n, state, hasPayment: has }) => ({ n, state, hasPayment: has })),
    disputes,
    netMinor: paidMinor - refundedMinor,
    paid: refunds.some(isOfStay) ? null : paidMinor >= priceMinor,
    surplusMinor: refunds.some(isOfStay) ? null : tooMuch,
    status: life.at(-1) ?? 'incomplete',
    parked:
      captures.filter((capture) => !isKnown(capture)).length +
      parkedBack +
      noise.filter(({ what }) => what === 'not_understood').length,
  }
}
