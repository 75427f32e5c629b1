import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { LongListProps } from './list-props.ts'

/** A list of any length that scrolls with the page: only the rows in sight, and a few around them, are there. */
export function RowsInSight<T>({ items, keyOf, rowHeight, className, label, children }: LongListProps<T>) {
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
