import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import styles from './site-section.module.css'

const cardHeight = 230

/** Of hundreds of cards the rows in sight, and a few around them. */
export function CardsInSight({ gateIds, children }: { gateIds: string[]; children: (gateId: string) => ReactNode }) {
  const { ref: sized, width } = useElementSize()
  const outer = useRef<HTMLDivElement>(null)
  const ref = useMergedRef(sized, outer)
  const [scrollMargin, setScrollMargin] = useState(0)
  useLayoutEffect(() => {
    setScrollMargin((outer.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [])
  const columns = columnsIn(width)
  const rows = useWindowVirtualizer({
    count: Math.ceil(gateIds.length / columns),
    estimateSize: () => cardHeight,
    overscan: 2,
    scrollMargin,
  })
  return (
    <div ref={ref} className={styles.virtual} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ index, key, start }) => (
        <div
          key={key}
          ref={rows.measureElement}
          data-index={index}
          className={`${styles.grid} ${styles.virtualRow}`}
          style={{
            transform: `translateY(${start - scrollMargin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {gateIds.slice(index * columns, (index + 1) * columns).map(children)}
        </div>
      ))}
    </div>
  )
}

/** As many as the grid of few lanes has: cards of 20 rem at least, 0.75 rem apart. */
function columnsIn(width: number): number {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.max(1, Math.floor((width + 0.75 * rem) / (20.75 * rem)))
}
