import { Skeleton } from '@mantine/core'
import styles from './site-section.module.css'

/** The shape of the lanes before their data are here. */
export function LanesSkeleton() {
  return (
    <div className={styles.site} aria-busy="true" role="status" aria-label="Loading the lanes">
      <Skeleton h={18} w={220} />
      <div className={styles.grid}>
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} h={206} radius="md" />
        ))}
      </div>
    </div>
  )
}
