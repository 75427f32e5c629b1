import { lazy, type ReactNode, type Ref, Suspense } from 'react'

// What it takes to draw rows by their place is loaded by whoever has that many.
const RowsInSight = lazy(async () => ({ default: (await import('./rows-in-sight.tsx')).RowsInSight })) as <T>(
  props: LongListProps<T>,
) => ReactNode

/** So many rows are drawn at once: they cost less than to find out which of them are in sight. */
const drawnAtOnce = 100

/** What a row of a list hands to its outermost element, where there are too many to draw all. */
export type RowPlace = {
  ref?: Ref<HTMLLIElement>
  'data-index'?: number
  'aria-posinset'?: number
  'aria-setsize'?: number
}

export type LongListProps<T> = {
  items: T[]
  keyOf: (item: T) => string
  /** How high a row is before it was measured, in px. */
  rowHeight: number
  className: string | undefined
  label: string
  children: (item: T, place: RowPlace) => ReactNode
}

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
