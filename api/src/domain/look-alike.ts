import type { Plate } from './plate.ts'

const shortest = 5

/** Whether two plates may be two reads of one: equal skeletons, or one edit apart where both have five characters or more. */
export function areAlike(a: Pick<Plate, 'plate' | 'skeleton'>, b: Pick<Plate, 'plate' | 'skeleton'>): boolean {
  return (
    a.skeleton === b.skeleton ||
    (isOneEditApart(a.plate, b.plate) && Math.min(a.plate.length, b.plate.length) >= shortest)
  )
}

/** Whether one character was changed, added or left out. Equal plates are not. */
export function isOneEditApart(a: string, b: string): boolean {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a]
  if (longer.length - shorter.length > 1 || a === b) return false
  let at = 0
  while (at < shorter.length && shorter[at] === longer[at]) at += 1
  return shorter.slice(shorter.length === longer.length ? at + 1 : at) === longer.slice(at + 1)
}
