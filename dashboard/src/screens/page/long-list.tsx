import { lazy, type ReactNode, Suspense } from 'react'
import type { LongListProps, RowPlace } from './list-props.ts'

// What it takes to draw rows by their place is loaded by whoever has that many.
const RowsInSight = lazy(async () => ({ default: (await import('./rows-in-sight.tsx')).RowsInSight })) as <T>(
  props: LongListProps<T>,
) => ReactNode

/** So many rows are drawn at once: they cost less than to find out which of them are in sight. */
const drawnAtOnce = 100

/** A list that may become long, as pages are added to it. */
export function LongList<T>(props: LongListProps<T>) {
  const { items, className, label, children } = props
  const plain = (shown: T[]) => (
    <ol className={className} aria-label={label}>
      {shown.map((item) => children(item, nowhere))}
    </ol>
  )
  if (items.length <= drawnAtOnce) return plain(items)
  return (
    <Suspense fallback={plain(items.slice(0, drawnAtOnce))}>
      <RowsInSight {...props} />
    </Suspense>
  )
}

const nowhere: RowPlace = {}
