import { Progress } from '@mantine/core'
import type { SiteDocument } from '@turnpike/contracts/live-documents.ts'
import { useWords } from '../../i18n/language.ts'
import styles from './occupancy.module.css'

/** How full a site is: places taken of its capacity, and how many vehicles are inside (some take no place). */
export function Occupancy({ site }: { site: SiteDocument }) {
  const { lanes } = useWords()
  const { placesTaken, capacity, inside } = site
  const percent = capacity > 0 ? Math.min(100, (placesTaken / capacity) * 100) : 0
  const full = placesTaken >= capacity
  return (
    <div className={styles.occupancy} data-full={full || undefined} title={lanes.vehiclesInside(inside)}>
      <Progress value={percent} size="sm" w={96} color={full ? 'red' : 'harbour'} aria-label={lanes.occupancy} />
      <span>
        {lanes.places(placesTaken, capacity)}
        {full && `, ${lanes.full}`}
      </span>
    </div>
  )
}
