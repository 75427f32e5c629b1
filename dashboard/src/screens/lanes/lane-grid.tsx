import { lazy, type ReactNode, Suspense } from 'react'
import styles from './site-section.module.css'

const CardsInSight = lazy(async () => ({ default: (await import('./cards-in-sight.tsx')).CardsInSight }))

/** So many are drawn at once: a car park with fewer lanes scrolls without any of this. */
const drawnAtOnce = 40

/** Cards side by side, as many as fit. */
export function LaneGrid({ gateIds, children }: { gateIds: string[]; children: (gateId: string) => ReactNode }) {
  const plain = (shown: string[]) => <div className={styles.grid}>{shown.map(children)}</div>
  if (gateIds.length <= drawnAtOnce) return plain(gateIds)
  return (
    <Suspense fallback={plain(gateIds.slice(0, drawnAtOnce))}>
      <CardsInSight gateIds={gateIds}>{children}</CardsInSight>
    </Suspense>
  )
}
