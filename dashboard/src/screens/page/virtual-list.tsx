import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, useLayoutEffect, useRef, useState } from 'react'

/** What a row of a long list hands to its outermost element. */
export type RowPlace = {
  ref: Ref<HTMLLIElement>
  'data-index': number
  'aria-posinset': number
  'aria-setsize': number
}

type Props<T> = {
  items: T[]
  keyOf: (item: T) => string
  /** How high a row is before it was measured, in px. */
  rowHeight: number
  className: string | undefined
  label: string
  children: (item: T, place: RowPlace) => ReactNode
}

/** A list of any length that scrolls with the page: only the rows in sight, and a few around them, are there. */
export function VirtualList<T>({ items, keyOf, rowHeight, className, label, children }: Props<T>) {
  const list = useRef<HTMLOListElement>(null)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    setScrollMargin(top + window.scrollY)
  }, [])
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 12,
    scrollMargin,
  })
  const shown = rows.getVirtualItems()
  const before = (shown[0]?.start ?? scrollMargin) - scrollMargin
  const after = rows.getTotalSize() - ((shown.at(-1)?.end ?? scrollMargin) - scrollMargin)
  return (
    <ol
      ref={list}
      className={className}
      aria-label={label}
      style={{ paddingTop: Math.max(0, before), paddingBottom: Math.max(0, after) }}
    >
      {shown.map(({ index }) =>
        children(items[index]!, {
          ref: rows.measureElement,
          'data-index': index,
          'aria-posinset': index + 1,
          'aria-setsize': items.length,
        }),
      )}
    </ol>
  )
}
