import type { Facts, ReadFacts } from './facts.ts'

type Timed = Pick<ReadFacts, 'capturedAt' | 'receivedAt' | 'retransmitted'>
type Clocked = { clock: Facts['clock']; site: Pick<Facts['site'], 'maxReadAgeSeconds'> }

/** Whether a read tells what happened rather than what stands at the gate: kept back by its camera, or too old when it came. */
export function isHistory(facts: Clocked, read: Timed): boolean {
  return read.retransmitted || ageWhenReceivedMs(facts, read) > mostMs(facts)
}

/** Whether a read may still open at `now`; `receivedAt` is when its event id came for the first time. */
export function isYoungAt(facts: Clocked, read: Timed, now: Date): boolean {
  const waitedMs = now.getTime() - read.receivedAt.getTime()
  return !read.retransmitted && ageWhenReceivedMs(facts, read) + waitedMs <= mostMs(facts)
}

/** Whether a read shows that the camera's clock has jumped ahead: delay can only make a read look older. */
export function showsJump(facts: Clocked, read: Timed): boolean {
  return !read.retransmitted && agesMs(facts.clock, read).every((ageMs) => ageMs < -mostMs(facts))
}

/** A read that was young when it came, as if it came in no time: for judging everything but its age again. */
export function asReadNow<R extends Timed>({ clock }: Clocked, read: R): R {
  return { ...read, retransmitted: false, capturedAt: new Date(read.receivedAt.getTime() + clock.offsetMs) }
}

/** By the clock that counts, or by the one that it has jumped to. Where neither can be, the time of receipt counts. */
function ageWhenReceivedMs(facts: Clocked, read: Timed): number {
  const possible = agesMs(facts.clock, read).filter((ageMs) => ageMs >= -mostMs(facts))
  return possible.length === 0 ? 0 : Math.max(0, Math.min(...possible))
}

function agesMs({ offsetMs, jumpedToMs }: Facts['clock'], { capturedAt, receivedAt }: Timed): number[] {
  const shownMs = capturedAt.getTime() - receivedAt.getTime()
  return [offsetMs, jumpedToMs].filter((clockMs) => clockMs !== null).map((clockMs) => clockMs - shownMs)
}

function mostMs({ site }: Clocked): number {
  return site.maxReadAgeSeconds * 1000
}
