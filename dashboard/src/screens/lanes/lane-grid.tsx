import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import styles from './site-section.module.css'

/** So many are drawn at once anyway: a car park with fewer lanes scrolls without any of this. */
const drawnAtOnce = 40
const cardHeight = 230

/** Cards side by side, as many as fit; of hundreds of them only the rows in sight. */
export function LaneGrid({ gateIds, children }: { gateIds: string[]; children: (gateId: string) => ReactNode }) {
  if (gateIds.length > drawnAtOnce) return <RowsInSight gateIds={gateIds}>{children}</RowsInSight>
  return <div className={styles.grid}>{gateIds.map(children)}</div>
}

function RowsInSight({ gateIds, children }: { gateIds: string[]; children: (gateId: string) => ReactNode }) {
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
