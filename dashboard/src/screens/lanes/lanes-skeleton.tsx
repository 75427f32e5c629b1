import { Skeleton } from '@mantine/core'
import { useWords } from '../../i18n/language.ts'
import styles from './site-section.module.css'

/** The shape of the lanes before their data are here. */
export function LanesSkeleton() {
  const { lanes } = useWords()
  return (
    <div className={styles.site} aria-busy="true" role="status" aria-label={lanes.loading}>
      <Skeleton h={18} w={220} />
      <div className={styles.grid}>
        {['a', 'b', 'c', 'd'].map((key) => (
          <Skeleton key={key} h={206} radius="md" />
        ))}
      </div>
    </div>
  )
}
