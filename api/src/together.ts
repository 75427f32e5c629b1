/**
 * Gives `work` one item, or all that came while it was busy, at once. Each caller's promise ends as the work with its item did.
 */
export function together<T>(work: (items: T[]) => Promise<void>): (item: T) => Promise<void> {
  let next: { items: T[]; done: Promise<void> } | undefined
  let current: Promise<unknown> = Promise.resolve()
  return (item) => {
    if (next === undefined) {
      const items: T[] = []
      const done = current.then(() => {
        next = undefined
        return work(items)
      })
      next = { items, done }
      current = done.catch(() => {})
    }
    next.items.push(item)
    return next.done
  }
}
