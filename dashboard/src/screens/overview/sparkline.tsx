import { useOverviewWords } from '../../i18n/overview-words.ts'
import styles from './overview.module.css'
import { sparklinePath } from './sparkline-path.ts'

const width = 6

/** How many were inside over today, hour by hour up to now. */
export function Sparkline({ values }: { values: number[] }) {
  const overview = useOverviewWords()
  const most = Math.max(...values)
  const path = sparklinePath(values, width, Math.max(1, most))
  if (path === undefined) return null
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 -0.04 ${width} 1.08`}
      preserveAspectRatio="none"
      role="img"
      aria-label={overview.chart(most)}
    >
      <path d={`${path}V1H0Z`} className={styles.area} />
      <path d={path} className={styles.line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
