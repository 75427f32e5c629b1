/** What an exit without an entry is made to be: the end of a stay that is put right, or of one that is put on record now. */
export type Match = { sessionId: string; change: Change } | { sessionId: null; change: NewStay }

type Change = { plate?: string; openedAt?: string; state?: 'closed'; exitDecisionId?: string }
type NewStay = { siteId: string; plate: string; openedAt: string; exitDecisionId?: string }
type Exit = { id: string; siteId: string; plate: string }
type Candidate = { id: string; plate: string | null; openedAt: string }
/** `openedAt`: when it came in, as an instant to the minute; undefined while it is not filled in. */
type Form = { correctPlate: boolean; openedAt: string | undefined; hasLeft: boolean }

/** The change that a form asks for: nothing is named that stays as it is. Undefined while something is missing. */
export function matchOf(exit: Exit, candidate: Candidate | null, form: Form): Match | undefined {
  const { correctPlate, openedAt, hasLeft } = form
  if (openedAt === undefined) return undefined
  if (candidate === null)
    return {
      sessionId: null,
      change: { siteId: exit.siteId, plate: exit.plate, openedAt, ...(hasLeft && { exitDecisionId: exit.id }) },
    }
  return {
    sessionId: candidate.id,
    change: {
      ...(correctPlate && candidate.plate !== exit.plate && { plate: exit.plate }),
      ...(!sameMinute(openedAt, candidate.openedAt) && { openedAt }),
      ...(hasLeft && { state: 'closed' as const, exitDecisionId: exit.id }),
    },
  }
}

function sameMinute(a: string, b: string): boolean {
  const minute = (instant: string) => Math.floor(Date.parse(instant) / 60_000)
  return minute(a) === minute(b)
}
